using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Webhooks of pages and professional accounts. One app posts for all of them to one address, so each event names its account.</summary>
internal sealed class MetaReceiver : IReceiver<IMetaAccount>
{
    public Verdict Verify(WebhookRequest request, IMetaAccount settings) =>
        MetaSignature.Verify(request, settings.VerifyTokenText, [.. settings.AppSecrets]);

    public Reading Read(RawDelivery delivery, IMetaAccount settings) =>
        ChannelJson.Read(delivery, $"a webhook of {settings.Dialect.Name}", json =>
        {
            if (json.Text("object") is not { } kind) return new Reading.Unreadable($"not a webhook of {settings.Dialect.Name}: it names no object");
            if (kind != settings.Dialect.Object) return new Reading.Ignored($"{kind}: no content for us");

            var read = new MetaBatch();
            foreach (var entry in json.Items("entry")) ReadEntry(entry, settings, read);
            return read.ToReading();
        });

    private static void ReadEntry(JsonElement entry, IMetaAccount settings, MetaBatch read)
    {
        var id = entry.Id("id");
        var account = id is not null && id == settings.OtherAccountId ? settings.AccountId : id;
        foreach (var item in entry.Items("messaging")) MetaMessages.Read(new(item, account), read);
        foreach (var item in entry.Items("standby")) MetaMessages.Read(new(item, account) { Standby = true }, read);
        foreach (var change in entry.Items("changes"))
        {
            var (field, value, at) = (change.Text("field") ?? "unknown", change.Get("value"), entry.Epoch("time"));
            switch (field)
            {
                case "feed":
                    PageFeed.Read(value, account, at, read);
                    break;
                case "comments" or "live_comments":
                    InstagramComments.Read(value, account, at, live: field == "live_comments", read);
                    break;
                case "mentions":
                    InstagramComments.ReadMention(value, account, at, read);
                    break;
                // Tests from the dashboard, and some accounts, wrap the usual item into a change.
                case "standby" when value.Get("sender").IsObject():
                    MetaMessages.Read(new(value, account) { Standby = true }, read);
                    break;
                case var _ when value.Get("sender").IsObject():
                    MetaMessages.Read(new(value, account), read);
                    break;
                default:
                    read.Skipped.Add($"{field}: no content for us");
                    break;
            }
        }
    }
}

/// <summary>What was found in one body.</summary>
internal sealed class MetaBatch
{
    public List<InboundEvent> Events { get; } = [];
    public List<string> Skipped { get; } = [];

    public Reading ToReading() => Events.Count > 0
        ? new Reading.Events(Events) { Skipped = Skipped }
        : new Reading.Ignored(Skipped.Count == 0 ? "nothing in it" : string.Join("; ", Skipped));
}
