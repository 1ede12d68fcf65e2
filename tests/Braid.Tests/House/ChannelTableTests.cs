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
        page.Append(CultureInfo.InvariantCulture, $"What each of the {channels.Count} channels of this version can do, as Braid's own code knows it. The name leads to how to connect it.\n");
        foreach (var (title, columns) in Tables)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| |").AppendJoin("|", columns.Select(c => $" {c.Name} ")).Append("|\n|---|").AppendJoin("|", columns.Select(_ => "---")).Append("|\n");
            foreach (var channel in channels)
            {
                var d = channel.Descriptor;
                page.Append(CultureInfo.InvariantCulture, $"| [{d.Name}](../src/Braid.Channels/{Folder(channel)}/README.md) |").AppendJoin("|", columns.Select(c => $" {c.Value(d)} ")).Append("|\n");
            }
        }

        page.Append("""

            - **Deliveries arrive by**: a webhook needs an address the provider can reach; a listener asks by itself and works behind any router.
            - **Reply window**: how long after the customer's last message free text may be sent, and how many messages where they are counted.
            - **If an answer is lost**: what Braid does when it can't know whether the provider took a message. *repeat* is safe there, because the provider knows
              the message by its key, or because Braid looks for it first; *wait* means that a receipt will name it; else the message is shown as unconfirmed
              and *an agent decides*.
            - **Shown by itself**: what of a rich message the channel shows natively, with the largest number; the rest is sent as text.

            """);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static readonly (string Title, (string Name, Func<ChannelDescriptor, string> Value)[] Columns)[] Tables =
    [
        ("In and out",
        [
            ("Deliveries arrive by", d => d.Ingress switch { Ingress.Webhook => "webhook", Ingress.Listener => "listener", Ingress.Hub => "the widget's socket", _ => "webhook or listener" }),
            ("Reply window", d => (d.ReplyWindow is { } window ? Hours(window) : "none") + (d.ReplyWindowMessages is { } most ? $", {most} messages" : "")),
            ("May we write first", d => d.FirstContact switch { FirstContact.Yes => "yes", FirstContact.TemplateOnly => "by template", _ => "no" }),
            ("If an answer is lost", d => d.WhenUnknown switch { UnknownSend.Repeat => "repeat", UnknownSend.AwaitReceipt => "wait", _ => "an agent decides" }),
            ("Files, sent", d => d.Capabilities.Attachments && d.Limits.AttachmentBytes > 0 ? $"to {Size(d.Limits.AttachmentBytes)}" : "–"),
            ("Longest text", d => d.Limits.TextLength >= 1_000_000 ? "1,000,000 or more" : d.Limits.TextLength.ToString("N0", CultureInfo.InvariantCulture)),
            ("Largest webhook body", d => d.Ingress is Ingress.Listener or Ingress.Hub ? "–" : Size(d.Limits.BodyBytes)),
            ("Cost", d => d.Cost ?? "–"),
        ]),
        ("What customers do, and receipts",
        [
            ("Quotes", d => Mark(d.Capabilities.Replies)), ("Edits", d => Mark(d.Capabilities.Edits)), ("Deletes", d => Mark(d.Capabilities.Deletes)),
            ("Reactions", d => Mark(d.Capabilities.Reactions)), ("Typing", d => Mark(d.Capabilities.Typing)), ("Delivered", d => Mark(d.Capabilities.DeliveredReceipts)),
            ("Read", d => Mark(d.Capabilities.ReadReceipts)), ("Groups", d => Mark(d.Capabilities.Groups)), ("Public comments", d => Mark(d.Capabilities.Comments)), ("Calls", d => Mark(d.Capabilities.Calls)),
        ]),
        ("What agents do",
        [
            ("Edit", d => Mark(d.Capabilities.EditsSent)), ("Delete", d => Mark(d.Capabilities.DeletesSent)), ("React", d => Mark(d.Capabilities.Reacts)), ("Typing", d => Mark(d.Capabilities.SendsTyping)),
            ("Mark read", d => Mark(d.Capabilities.MarksRead)), ("Hide comments", d => Mark(d.Capabilities.Hides)), ("Delete comments", d => Mark(d.Capabilities.Moderates)),
            ("Answer privately", d => Mark(d.Capabilities.PrivateReplies)), ("Templates", d => Mark(d.Capabilities.Templates)), ("Subjects", d => Mark(d.Capabilities.Subject)), ("HTML", d => Mark(d.Capabilities.Html)),
        ]),
        ("Shown by itself",
        [
            ("Reply buttons", d => Most(d.Rich.ReplyButtons)), ("Links", d => Most(d.Rich.LinkButtons)), ("Call buttons", d => Most(d.Rich.CallButtons)), ("List rows", d => Most(d.Rich.ListRows)),
            ("Quick replies", d => Most(d.Rich.QuickReplies)), ("Cards", d => Most(d.Rich.Cards)), ("Location", d => Mark(d.Rich.Location)),
        ]),
    ];

    private static string Most(int number) => number == 0 ? "–" : number.ToString(CultureInfo.InvariantCulture);

    private static string Hours(TimeSpan window) => window.TotalHours > 48 ? $"{window.TotalDays.ToString(CultureInfo.InvariantCulture)} days" : $"{window.TotalHours.ToString(CultureInfo.InvariantCulture)} h";

    private static string Mark(bool yes) => yes ? "yes" : "–";

    private static string Size(long bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{bytes / 1024} KB";

    private static string Folder(IChannel channel) => channel.GetType().Namespace!.Split('.')[^1];
}
