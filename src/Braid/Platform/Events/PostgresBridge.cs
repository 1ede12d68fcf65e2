using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Braid.Platform.Data;
using Npgsql;

namespace Braid.Platform.Events;

/// <summary>
/// Tells other nodes that there is news, and hears it from them. Two connections of its own: one listens, one notifies, after commit and
/// coalesced. Everything here is a hint: a lost connection says nothing, so readers also look by the clock, and once after reconnecting.
/// </summary>
internal sealed partial class PostgresBridge(Database database, EventSignal signal, LiveSignals live, TimeProvider clock, ILogger<PostgresBridge> logger) : BackgroundService
{
    public const string ApplicationName = "braid-listen";
    private const string EventsChannel = "braid_events";
    private const string LiveChannel = "braid_live";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly string node = Guid.NewGuid().ToString("n");
    private readonly Lock gate = new();
    private readonly Dictionary<Id<Workspace>, long> news = [];
    private readonly Queue<string> signals = [];
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>True while other nodes' news is heard.</summary>
    public bool IsListening { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Engine != Engine.Postgres)
        {
            return;
        }

        signal.Raised += Note;
        live.Raised += Note;
        try
        {
            await Task.WhenAll(KeepAsync(ListenAsync, stoppingToken), KeepAsync(NotifyAsync, stoppingToken));
        }
        finally
        {
            signal.Raised -= Note;
            live.Raised -= Note;
        }
    }

    private async Task KeepAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 15, ApplicationName = ApplicationName };
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(settings.ConnectionString);
                await connection.OpenAsync(ct);
                await work(connection, ct);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException && !ct.IsCancellationRequested)
            {
                Log.Lost(logger, e.Message);
                await Task.Delay(Again, clock, ct);
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        connection.Notification += (_, heard) => Hear(heard.Channel, heard.Payload);
        await using (var listen = new NpgsqlCommand($"listen {EventsChannel}; listen {LiveChannel}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        try
        {
            IsListening = true;
            // What was said while we did not listen is not repeated: look once at everything.
            signal.HearAll();
            while (true)
            {
                await connection.WaitAsync(ct);
            }
        }
        finally
        {
            IsListening = false;
        }
    }

    private async Task NotifyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        while (await wake.Reader.WaitToReadAsync(ct))
        {
            wake.Reader.TryRead(out _);
            var (numbers, messages) = Take();
            if (numbers.Length + messages.Length == 0)
            {
                continue;
            }

            await using var notify = new NpgsqlCommand(
                "select pg_notify($1, p) from unnest($2::text[]) p union all select pg_notify($3, p) from unnest($4::text[]) p", connection);
            notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = EventsChannel });
            notify.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = numbers });
            notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = LiveChannel });
            notify.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = messages });
            await notify.ExecuteNonQueryAsync(ct);
        }
    }

    private void Note(IReadOnlyList<News> committed)
    {
        lock (gate)
        {
            foreach (var one in committed)
            {
                news[one.Workspace] = Math.Max(one.Last, news.GetValueOrDefault(one.Workspace));
            }
        }

        wake.Writer.TryWrite(true);
    }

    private void Note(LiveSignal raised)
    {
        var text = node + JsonSerializer.Serialize(raised, LiveSignalJson.Default.LiveSignal);
        if (Encoding.UTF8.GetByteCount(text) > LiveSignals.MostBytes)
        {
            return;
        }

        lock (gate)
        {
            // With nobody to send them to, the oldest signals are stale anyway.
            if (signals.Count >= 1000)
            {
                signals.Dequeue();
            }

            signals.Enqueue(text);
        }

        wake.Writer.TryWrite(true);
    }

    private (string[] Numbers, string[] Signals) Take()
    {
        lock (gate)
        {
            var taken = (news.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.Key}:{n.Value}")).ToArray(), signals.ToArray());
            news.Clear();
            signals.Clear();
            return taken;
        }
    }

    private void Hear(string channel, string payload)
    {
        try
        {
            if (channel == EventsChannel)
            {
                var parts = payload.Split(':');
                signal.HearFromAfar(new(Id<Workspace>.Parse(parts[0], null), long.Parse(parts[1], CultureInfo.InvariantCulture)));
            }
            else if (!payload.StartsWith(node, StringComparison.Ordinal) && JsonSerializer.Deserialize(payload[node.Length..], LiveSignalJson.Default.LiveSignal) is { } heard)
            {
                live.HearFromAfar(heard);
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            // Another version's node, or somebody else's NOTIFY: only a hint, readers look by themselves.
            Log.Strange(logger, channel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The connection for news between nodes was lost ({Message}); reconnecting, and looking every 2 s meanwhile")]
        public static partial void Lost(ILogger logger, string message);

        [LoggerMessage(2, LogLevel.Debug, "A notification on {Channel} is not one of ours")]
        public static partial void Strange(ILogger logger, string channel);
    }
}
