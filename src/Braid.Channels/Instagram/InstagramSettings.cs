using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.Instagram;

/// <summary>The two ways Meta offers; the messages look the same.</summary>
public enum InstagramSignIn { Instagram, Facebook }

public sealed record InstagramSettings : ChannelSettings, IMetaAccount
{
    [Setting("Account id", Help = "Meta's number of the professional account, not its name.", Placeholder = "17841405793187218")]
    [Required(ErrorMessage = "Enter the account id from the app's Instagram settings.")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "An account id has digits only. It is not the @name: look in the app's Instagram settings.")]
    public string InstagramAccountId { get; init; } = "";

    [Setting("Access token", Help = "Of the account (Instagram login; Braid renews it) or of its page (Facebook login).", Secret = true)]
    public string AccessToken { get; init; } = "";

    [Setting("App secret", Help = "Proves that messages come from Meta.", Secret = true)]
    [Required(ErrorMessage = "Enter the app secret. With Instagram login it stands in the app's Instagram settings, else under App settings, Basic.")]
    public string AppSecret { get; init; } = "";

    [Setting("Instagram app secret", Help = "If Meta shows a second secret for Instagram: either of the two proves a message.", Secret = true, Advanced = true)]
    public string? InstagramAppSecret { get; init; }

    [Setting("Verify token", Help = "Enter the same value in Meta's console when you set the callback URL.", Generate = true)]
    [Required(ErrorMessage = "Choose a verify token.")]
    public string VerifyToken { get; init; } = "";

    [Setting("Set up with", Help = "Instagram login, or the Facebook page that the account is linked to.")]
    public InstagramSignIn SignIn { get; init; }

    [Setting("Page id", Help = "Only with Facebook login: the linked page.", Placeholder = "104938472615038")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "A page id has digits only. It stands in the page's About section.")]
    public string? PageId { get; init; }

    [Setting("App id", Help = "With it you can sign in instead of copying tokens. With Instagram login: the Instagram app id.", Placeholder = "1290347783020056")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "An app id has digits only.")]
    public string? AppId { get; init; }

    [Setting("User name", Help = "Shown to agents.", Placeholder = "@acme")]
    public string? Username { get; init; }

    [Setting("Human agent", Help = "Meta allowed your app the human agent feature: people may answer for 7 days instead of 24 hours.")]
    public bool HumanAgent { get; init; }

    [Setting("API version", Advanced = true)]
    [RegularExpression(@"^v\d+\.\d+$", ErrorMessage = "A version looks like v25.0.")]
    public string ApiVersion { get; init; } = "v25.0";

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = GraphAccess.Instagram, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => InstagramAccountId;

    public override string? Address => string.IsNullOrWhiteSpace(Username) ? null : "@" + Username.TrimStart('@');

    [JsonIgnore]
    public override TimeSpan? ReplyWindow => HumanAgent ? TimeSpan.FromDays(7) : null;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (SignIn == InstagramSignIn.Facebook && string.IsNullOrEmpty(PageId)) yield return ("pageId", "Enter the id of the Facebook page that the account is linked to.");
    }

    MetaDialect IMetaAccount.Dialect => MetaDialect.Instagram;
    string IMetaAccount.AccountId => InstagramAccountId;
    string? IMetaAccount.OtherAccountId => string.IsNullOrEmpty(PageId) ? null : PageId;
    string IMetaAccount.Node => SignIn == InstagramSignIn.Facebook && !string.IsNullOrEmpty(PageId) ? PageId : InstagramAccountId;
    GraphAccess IMetaAccount.Access => new(
        JsonApi.Base(ApiBaseUrl, SignIn == InstagramSignIn.Facebook ? GraphAccess.Facebook : GraphAccess.Instagram), ApiVersion, AccessToken, InstagramChannel.Limits.CallTimeout);
    IReadOnlyList<string?> IMetaAccount.AppSecrets => [AppSecret, InstagramAppSecret];
    string IMetaAccount.VerifyTokenText => VerifyToken;
    string? IMetaAccount.MetaAppId => SignIn == InstagramSignIn.Facebook ? AppId : null;
    bool IMetaAccount.HasHumanAgent => HumanAgent;
}
