using System.Text.Json;
using Braid.Channels.Mastodon;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Mastodon;

public sealed class MastodonConformance : ChannelConformance<MastodonChannel>
{
    private const string Mention = "@kenta@example.social";

    protected override string SettingsJson => """{"apiBaseUrl":"https://mastodon.example","accountName":"braid","accessToken":"mastodon-token-one-0001"}""";
    protected override string OtherSettingsJson => """{"apiBaseUrl":"https://mastodon.example","accountName":"braid","accessToken":"mastodon-token-two-0002"}""";
    protected override bool HasWebhook => false;
    protected override string SuccessBody => Fixtures.Json("mastodon", "response-status.json").GetProperty("body").GetRawText();
    protected override string Recipient => "108892712797543112";
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["accountName"] = "braid" };
    protected override (string Name, string Type) SampleFile => ("facture é.png", "image/png");

    // The look at the thread that comes before every post.
    protected override ProviderReply? Preparation(ProviderRequest request) =>
        request.Method == HttpMethod.Get && request.Url.AbsolutePath.StartsWith("/api/v1/statuses/" + Recipient, StringComparison.Ordinal)
            ? ProviderReply.Ok(request.Url.AbsolutePath.EndsWith("/context", StringComparison.Ordinal) ? """{"ancestors":[],"descendants":[]}""" : SuccessBody)
            : null;

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("status", out var text) ? text.GetString()!.Replace(Mention, "", StringComparison.Ordinal).Trim() : null;
}
