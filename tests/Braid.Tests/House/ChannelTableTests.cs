using System.Globalization;
using System.Text;
using Braid.Channels;

namespace Braid.Tests.House;

/// <summary>docs/channels.md is written from the descriptors: BRAID_WRITE_DOCS=1 rewrites it, otherwise it must be fresh.</summary>
public class ChannelTableTests
{
    private const string Page = "docs/channels.md";

    [Fact]
    public void The_table_of_channels_is_fresh()
    {
        var written = Write();
        if (Environment.GetEnvironmentVariable("BRAID_WRITE_DOCS") == "1") { File.WriteAllText(Path.Combine(Repository.Root, Page), written); }
        Repository.Read(Page).ShouldBe(written, $"Run the tests once with BRAID_WRITE_DOCS=1 and commit {Page}.");
    }

    [Fact]
    public void Every_channel_has_a_page_of_its_own()
    {
        foreach (var channel in ChannelCatalogue.All) { Repository.Has($"src/Braid.Channels/{Folder(channel)}/README.md").ShouldBeTrue(channel.Descriptor.Id); }
    }

    private static string Write()
    {
        var channels = ChannelCatalogue.All;
        var page = new StringBuilder("# Channels\n\n<!-- Written by tests/Braid.Tests/House/ChannelTableTests.cs from the channels' descriptors. Do not edit. -->\n\n");
        page.Append("What each channel of this version can do, as Braid's own code knows it. The channel's name leads to how to connect it.\n\n");
        page.Append("| |").AppendJoin("|", channels.Select(c => $" [{c.Descriptor.Name}](../src/Braid.Channels/{Folder(c)}/README.md) ")).Append("|\n|---|").AppendJoin("|", channels.Select(_ => "---")).Append("|\n");
        foreach (var (row, value) in Rows) { page.Append(CultureInfo.InvariantCulture, $"| {row} |").AppendJoin("|", channels.Select(c => $" {value(c.Descriptor)} ")).Append("|\n"); }
        page.Append("""

            - **Deliveries arrive by**: a webhook needs an address the provider can reach; a listener asks by itself and works behind any router.
            - **Edits, deletes, reactions**: shown when the customer makes them; Braid does not send any yet.
            - **Reply window**: how long after the customer's last message free text may be sent.
            - **If an answer is lost**: what Braid does when it can't know whether the provider took a message. *repeat* is safe there, because the provider knows
              the message by its key; *wait* means that a receipt will name it; else the message is shown as unconfirmed and *an agent decides*.

            """);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static readonly (string Row, Func<ChannelDescriptor, string> Value)[] Rows =
    [
        ("Deliveries arrive by", d => d.Ingress switch { Ingress.Webhook => "webhook", Ingress.Listener => "listener", Ingress.Hub => "the widget's socket", _ => "webhook or listener" }),
        ("Reply window", d => d.ReplyWindow is { } window ? $"{window.TotalHours.ToString(CultureInfo.InvariantCulture)} h" : "none"),
        ("May we write first", d => d.FirstContact switch { FirstContact.Yes => "yes", FirstContact.TemplateOnly => "by template", _ => "no" }),
        ("If an answer is lost", d => d.WhenUnknown switch { UnknownSend.Repeat => "repeat", UnknownSend.AwaitReceipt => "wait", _ => "an agent decides" }),
        ("Files, sent", d => d.Capabilities.Attachments && d.Limits.AttachmentBytes > 0 ? $"to {Size(d.Limits.AttachmentBytes)}" : "–"),
        ("Longest text", d => d.Limits.TextLength >= 1_000_000 ? "1,000,000 or more" : d.Limits.TextLength.ToString("N0", CultureInfo.InvariantCulture)),
        ("Largest webhook body", d => d.Ingress is Ingress.Listener or Ingress.Hub ? "–" : Size(d.Limits.BodyBytes)),
        ("Quotes", d => Mark(d.Capabilities.Replies)),
        ("Edits", d => Mark(d.Capabilities.Edits)),
        ("Deletes", d => Mark(d.Capabilities.Deletes)),
        ("Reactions", d => Mark(d.Capabilities.Reactions)),
        ("Delivered receipts", d => Mark(d.Capabilities.DeliveredReceipts)),
        ("Read receipts", d => Mark(d.Capabilities.ReadReceipts)),
        ("Typing", d => Mark(d.Capabilities.Typing)),
        ("Templates", d => Mark(d.Capabilities.Templates)),
        ("Buttons", d => Mark(d.Rich.ReplyButtons > 0)),
        ("Subjects", d => Mark(d.Capabilities.Subject)),
        ("HTML", d => Mark(d.Capabilities.Html)),
        ("Groups", d => Mark(d.Capabilities.Groups)),
    ];

    private static string Mark(bool yes) => yes ? "yes" : "–";

    private static string Size(long bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{bytes / 1024} KB";

    private static string Folder(IChannel channel) => channel.GetType().Name[..^"Channel".Length];
}
