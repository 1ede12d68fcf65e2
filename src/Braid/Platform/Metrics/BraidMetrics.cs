using System.Diagnostics;
using System.Diagnostics.Metrics;
using Braid.Platform.Data;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Metrics;

/// <summary>
/// What this node has done since it started, as the runtime's own instruments: read by `/metrics`, and by any other listener of the meter
/// "Braid". Labels name channels, never people; workspaces by their id, and only where the admin asked for it.
/// </summary>
internal sealed class BraidMetrics
{
    public const string MeterName = "Braid";

    private readonly Counter<long> received;
    private readonly Counter<long> ended;
    private readonly Counter<long> refused;
    private readonly Counter<long> sends;
    private readonly Histogram<double> apply;
    private readonly bool perWorkspace;

    public BraidMetrics(IMeterFactory meters, IOptions<BraidOptions> options)
    {
        var meter = meters.Create(MeterName);
        perWorkspace = options.Value.Metrics.PerWorkspace;
        received = meter.CreateCounter<long>("braid_deliveries_received_total", null, "Genuine deliveries taken into the ledger.");
        ended = meter.CreateCounter<long>("braid_deliveries_ended_total", null, "How deliveries ended: applied, duplicate, ignored or parked. A replay ends again.");
        refused = meter.CreateCounter<long>("braid_deliveries_refused_total", null, "Requests turned away at the door: forged, too_large or overloaded.");
        sends = meter.CreateCounter<long>("braid_sends_total", null, "How attempts to send ended: sent, retry, unconfirmed, failed, or stopped by the inbox's settings.");
        apply = meter.CreateHistogram<double>("braid_apply_seconds", null, "From the receipt of a delivery to the commit that applied it.");
    }

    public void Received(string channel, Id<Workspace> workspace) => received.Add(1, Tags(channel, null, null, workspace));

    public void Ended(string channel, Id<Workspace> workspace, string outcome, TimeSpan after)
    {
        ended.Add(1, Tags(channel, "outcome", outcome, workspace));
        apply.Record(after.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
    }

    public void Refused(string channel, Id<Workspace> workspace, string reason) => refused.Add(1, Tags(channel, "reason", reason, workspace));

    public void Sent(string channel, Id<Workspace> workspace, string outcome) => sends.Add(1, Tags(channel, "outcome", outcome, workspace));

    private TagList Tags(string channel, string? name, string? value, Id<Workspace> workspace)
    {
        var tags = new TagList { { "channel", channel } };
        if (name is not null) { tags.Add(name, value); }
        if (perWorkspace) { tags.Add("workspace", workspace.ToString()); }
        return tags;
    }
}
