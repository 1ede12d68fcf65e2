using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Calls Bot API methods. The token is part of the URL, so URLs are built here and never leave.</summary>
internal sealed class TelegramApi(TelegramSettings settings, HttpClient http, TimeProvider clock)
{
    /// <summary>What the bot asks to be told. The setting sticks at Telegram until it is changed.</summary>
    public static readonly IReadOnlyList<string> AllowedUpdates =
    [
        "message", "edited_message", "callback_query", "my_chat_member", "message_reaction",
        "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    ];

    private string Base => (string.IsNullOrEmpty(settings.ApiBaseUrl) ? "https://api.telegram.org" : settings.ApiBaseUrl).TrimEnd('/');

    public Task<ProviderAnswer> CallAsync(string method, JsonObject parameters, CancellationToken ct, TimeSpan? timeout = null) =>
        CallAsync(method, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters)) { Headers = { ContentType = new("application/json") } }, ct, timeout);

    public async Task<ProviderAnswer> CallAsync(string method, HttpContent content, CancellationToken ct, TimeSpan? timeout = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Base}/bot{settings.BotToken}/{method}") { Content = content };
        return await ProviderCall.SendAsync(request, http, clock, timeout ?? TelegramChannel.Limits.CallTimeout, ct);
    }

    public HttpRequestMessage FileRequest(string path) =>
        new(HttpMethod.Get, $"{Base}/file/bot{settings.BotToken}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>"3 words for an admin" about an answer that is not a yes.</summary>
    public static string Trouble(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered no => no.Json.Text("description") is { } description ? $"Telegram says: {description}" : $"Telegram answered {no.Status}",
        ProviderAnswer.NotSent lost => $"Telegram can't be reached: {lost.Reason}",
        ProviderAnswer.NoAnswer lost => $"Telegram does not answer: {lost.Reason}",
        _ => throw new InvalidOperationException(),
    };
}
