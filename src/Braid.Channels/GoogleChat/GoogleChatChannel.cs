using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

/// <summary>A Google Chat app with an HTTP endpoint, answering as a service account.</summary>
public sealed class GoogleChatChannel : Channel<GoogleChatSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        // Text and cards together may have 32 000 bytes; a UTF-16 unit is three at most.
        TextLength = 8000,
        CaptionLength = 8000,
        BodyBytes = 2 * 1024 * 1024,
        SendsPerSecond = 20,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "google-chat",
        Name = "Google Chat",
        Summary = "Answer people who write to your app in Google Chat, in direct messages and spaces.",
        SettingsType = typeof(GoogleChatSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new() { Replies = true, Groups = true, EditsSent = true, DeletesSent = true },
        Limits = Limits,
        Rich = new()
        {
            ReplyButtons = 10, LinkButtons = 10, ButtonsTogether = 10, ButtonTitleLength = 80, ListRows = 50, RowTitleLength = 80,
            QuickReplies = 10, QuickReplyTitleLength = 80, Cards = 10, CardButtons = 4, Header = true, Footer = true,
        },
        WhenUnknown = UnknownSend.Repeat,
        ConnectSteps =
        [
            "In the Google Cloud console create a project, enable the Google Chat API, and note the project number.",
            "Under IAM, Service Accounts, create a service account, add a JSON key and paste the whole file here. Save.",
            "Under Google Chat API, Configuration, name the app, allow direct messages and spaces, choose HTTP endpoint URL and enter {webhookUrl}.",
            "Choose the authentication audience there as you chose it here: the endpoint URL or the project number.",
        ],
    };

    protected override IReceiver<GoogleChatSettings> Receiver { get; } = new GoogleChatReceiver();
    protected override ISender<GoogleChatSettings> Sender { get; } = new GoogleChatSender();
    protected override IMedia<GoogleChatSettings> Media { get; } = new GoogleChatMedia();
    protected override ISetup<GoogleChatSettings> Setup { get; } = new GoogleChatSetup();
    protected override IActs<GoogleChatSettings> Acts { get; } = new GoogleChatActs();
    protected override IKeys<GoogleChatSettings> Keys { get; } = new GoogleChatKeys();
}

public enum GoogleChatAudience { EndpointUrl, ProjectNumber }

public sealed record GoogleChatSettings : ChannelSettings
{
    [Setting("Service account key", Help = "The whole JSON file of the service account's key.", Secret = true)]
    [Required(ErrorMessage = "Paste the whole JSON file of the service account's key.")]
    public string ServiceAccountKey { get; init; } = "";

    [Setting("Authentication audience", Help = "As chosen under Google Chat API, Configuration.")]
    public GoogleChatAudience Audience { get; init; }

    [Setting("Project number", Help = "Needed when it is the audience.", Placeholder = "123456789012")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "A project number has digits only. It stands on the console's dashboard.")]
    public string? ProjectNumber { get; init; }

    [Setting("App name", Help = "Shown to agents.", Placeholder = "Acme support", Advanced = true)]
    public string? AppName { get; init; }

    [Setting("Sender of events", Help = "For Workspace add-ons: the service account shown on the configuration page.", Placeholder = "chat@system.gserviceaccount.com", Advanced = true)]
    public string? EventSender { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://chat.googleapis.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Token address", Help = "For a gateway of your own.", Placeholder = "https://oauth2.googleapis.com/token", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? TokenUrl { get; init; }

    [Setting("Address of the signing keys", Help = "For a gateway of your own.", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? KeysUrl { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(AppName) ? null : AppName;

    internal string Issuer => string.IsNullOrWhiteSpace(EventSender) ? "chat@system.gserviceaccount.com" : EventSender;

    internal Uri Keys => new(!string.IsNullOrWhiteSpace(KeysUrl) ? KeysUrl
        : Audience == GoogleChatAudience.EndpointUrl ? "https://www.googleapis.com/oauth2/v3/certs"
        : "https://www.googleapis.com/service_accounts/v1/jwk/" + Issuer);

    /// <summary>The account's name and private key; null when the file is not one.</summary>
    internal (string Email, string Key)? ServiceAccount()
    {
        try
        {
            using var document = JsonDocument.Parse(ServiceAccountKey);
            return document.RootElement.Text("client_email") is { } email && document.RootElement.Text("private_key") is { } key ? (email, key) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (ServiceAccountKey.Length > 0 && ServiceAccount() is null)
        {
            yield return ("serviceAccountKey", "This is not a service account's key. Paste the whole JSON file, from { to }.");
        }

        if (Audience == GoogleChatAudience.ProjectNumber && string.IsNullOrEmpty(ProjectNumber))
        {
            yield return ("projectNumber", "Enter the project number, or choose the endpoint URL as audience.");
        }
    }
}
