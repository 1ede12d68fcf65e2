// Long: one transaction read from top to bottom, its statements in the order of the locks; cut in two, that order would be hidden.
using System.Collections.Concurrent;
using System.Numerics;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Npgsql;
using NpgsqlTypes;

namespace Braid.Ingest;

/// <summary>
/// PostgreSQL: every step is one batch, one round trip. The writer's connection has plans that never change their mind with table sizes.
/// </summary>
internal sealed class PostgresSpine : SpineStore, IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<int, int> batches = new();

    public PostgresSpine(Database database, TimeProvider clock)
    {
        this.clock = clock;
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = 16,
            // A batch's rows are some hundred KB: in the driver's usual 8 KB each piece would be a call of its own.
            WriteBufferSize = 128 * 1024,
            ReadBufferSize = 32 * 1024,
            // Sessions leave nothing behind that the next one would have to be saved from.
            NoResetOnClose = true,
            ApplicationName = "braid-ingest",
            Options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off",
        };
        source = NpgsqlDataSource.Create(settings);
    }

    public override async Task<SpineSession> BeginAsync(CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            await PlanAgainAsync(connection, ct);
            return new Session(connection, await connection.BeginTransactionAsync(ct), clock);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>
    /// Plans are kept, and in an empty database any index looks as good as the right one: a young connection forgets them after its 4th, 16th,
    /// 64th... batch, when the tables have grown. Without this the first 50,000 people of a new database took four times as long.
    /// </summary>
    private async Task PlanAgainAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var batch = batches.AddOrUpdate(connection.ProcessID, 1, (_, n) => Math.Min(n + 1, 1 << 20));
        if (batch is < 4 or >= 1 << 20 || !BitOperations.IsPow2(batch) || BitOperations.Log2((uint)batch) % 2 != 0) { return; }
        await using var forget = new NpgsqlCommand("discard plans", connection);
        await forget.ExecuteNonQueryAsync(ct);
    }

    private sealed class Session(NpgsqlConnection connection, NpgsqlTransaction transaction, TimeProvider clock) : SpineSession
    {
        private readonly List<News> written = [];

        public override async Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct)
        {
            var tokens = events.Where(r => r.Event.Mail?.ThreadToken is not null).ToList();
            if (tokens.Count > 0) { await LoadTokensAsync(tokens, ct); }

            var persons = new HashSet<(Guid Workspace, Guid Inbox, string Id)>();
            foreach (var (received, person) in People.Of(events))
            {
                foreach (var id in person.Ids) { persons.Add((received.Workspace.Value, received.Inbox.Id.Value, id)); }
            }

            var keys = new HashSet<(Guid Workspace, KeyKind Kind, string Value)>();
            foreach (var received in events)
            {
                foreach (var key in received.Event.Sender?.Keys ?? [])
                {
                    foreach (var value in People.Forms(key)) { keys.Add((received.Workspace.Value, key.Kind, value)); }
                }
            }

            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var workspace in events.Select(r => r.Workspace.Value).Distinct().Order()) { batch.BatchCommands.Add(PeopleLock.Shared(workspace)); }
            if (persons.Count > 0)
            {
                Add(batch, $"select {IdentityColumns} from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as ext) t join identities i on i.workspace_id = t.w and i.inbox_id = t.inbox and i.external_id = t.ext",
                    Ids(persons, p => p.Workspace), Ids(persons, p => p.Inbox), Texts(persons, p => p.Id));
            }

            if (keys.Count > 0)
            {
                Add(batch, $"select {KeyColumns} from (select unnest($1) as w, unnest($2) as kind, unnest($3) as value) t join customer_keys k on k.workspace_id = t.w and k.kind = t.kind and k.value = t.value",
                    Ids(keys, k => k.Workspace), Texts(keys, k => EnumNames.Of(k.Kind)), Texts(keys, k => k.Value));
            }

            await using var reader = await batch.ExecuteReaderAsync(ct);
            var row = new PostgresRow(reader);
            foreach (var _ in events.Select(r => r.Workspace).Distinct()) { await ReadAsync(reader, () => { }, ct); }
            if (persons.Count > 0) { await ReadAsync(reader, () => { var i = ReadIdentity(row); now.Identities[(i.InboxId, i.ExternalId)] = i; }, ct); }
            if (keys.Count > 0) { await ReadAsync(reader, () => people.Keep(ReadKey(row)), ct); }
        }

        public override async Task LoadHoldersAsync(People people, IReadOnlyList<Id<Customer>> holders, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            Add(batch, "select c.id, c.name from customers c where c.id = any($1)", Ids(holders, h => h.Value));
            await using var reader = await batch.ExecuteReaderAsync(ct);
            var row = new PostgresRow(reader);
            await ReadAsync(reader, () => people.Holders[new(row.Id(0))] = row.TextOrNull(1), ct);
        }

        public override async Task<bool> SavePeopleAsync(People people, CancellationToken ct)
        {
            if (people.Nothing) { return true; }
            await transaction.SaveAsync("people", ct);
            await using var batch = new NpgsqlBatch(connection, transaction);
            var keys = people.NewKeys.OrderBy(k => k.WorkspaceId).ThenBy(k => k.Kind).ThenBy(k => k.Value, StringComparer.Ordinal).ToList();
            var identities = people.NewIdentities.OrderBy(i => i.InboxId).ThenBy(i => i.ExternalId, StringComparer.Ordinal).ToList();
            SpineTables.InsertCustomers.AddTo(batch, people.NewCustomers);
            SpineTables.InsertValues.AddTo(batch, people.NewValues);
            SpineTables.InsertKeys.AddTo(batch, keys);
            var keysAt = keys.Count > 0 ? batch.BatchCommands.Count - 1 : -1;
            SpineTables.ProveKeys.AddTo(batch, people.ProvenNow);
            SpineTables.InsertIdentities.AddTo(batch, identities);
            var identitiesAt = identities.Count > 0 ? batch.BatchCommands.Count - 1 : -1;
            SpineTables.UpdateIdentities.AddTo(batch, people.Relinked);
            await batch.ExecuteNonQueryAsync(ct);
            if ((keysAt < 0 || batch.BatchCommands[keysAt].RecordsAffected == keys.Count)
                && (identitiesAt < 0 || batch.BatchCommands[identitiesAt].RecordsAffected == identities.Count))
            {
                return true;
            }

            await transaction.RollbackAsync("people", ct);
            return false;
        }

        public override async Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct)
        {
            var customers = now.Identities.Values.Select(i => i.CustomerId.Value).Distinct().Where(id => !now.Customers.ContainsKey(new(id))).Order().ToArray();
            var threads = Keys(events, r => [r.ThreadKey]);
            var joins = events.Where(r => r.IsContent && r.PersonId is not null).Select(r => (r.Workspace, Joins: JoinPolicy.JoinsKey(now, r))).Where(j => j.Joins is not null).Distinct().ToList();
            var content = Keys(events, r => r.IsContent ? [r.DedupeKey] : []);
            var targets = Keys(events, r => [r.Event.TargetKey]);
            var parts = Keys(events, r => MayNameAPart(r) ? KeysOf(r) : []);
            var correlated = events.Where(r => Guid.TryParse(r.Event.Correlation, out _)).Select(r => (r.Workspace, Id: Guid.Parse(r.Event.Correlation!))).ToList();
            var aims = targets.Any || parts.Any || correlated.Count > 0;

            await using (var batch = new NpgsqlBatch(connection, transaction))
            {
                Add(batch, $"select {CustomerColumns} from customers c where c.id = any($1) order by c.id for update of c", new NpgsqlParameter<Guid[]> { TypedValue = customers });
                var command = Add(batch, $"""
                    with ids as (
                      select t.conversation_id as id from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as ext) k join channel_threads t on t.workspace_id = k.w and t.inbox_id = k.inbox and t.external_id = k.ext
                      union select c.id from (select unnest($4) as w, unnest($5) as joins) k join conversations c on c.workspace_id = k.w and c.joins = k.joins
                    {(aims ? """
                      union select m.conversation_id from (select unnest($6) as w, unnest($7) as inbox, unnest($8) as key) k join messages m on m.workspace_id = k.w and m.inbox_id = k.inbox and m.dedupe_key = k.key
                      union select m.conversation_id from (select unnest($9) as w, unnest($10) as id) k join messages m on m.id = k.id and m.workspace_id = k.w
                      union select m.conversation_id from (select unnest($11) as w, unnest($12) as inbox, unnest($13) as key) k join sent_parts p on p.workspace_id = k.w and p.inbox_id = k.inbox and p.key = k.key join messages m on m.id = p.message_id
                    """ : "")})
                    select {ConversationColumns} from ids join conversations c on c.id = ids.id left join messages rm on rm.id = c.read_up_to order by c.id for update of c
                    """, [.. threads.Parameters, Ids(joins, j => j.Workspace.Value), Texts(joins, j => j.Joins!)]);
                if (aims) { AddTo(command, [.. targets.Parameters, Ids(correlated, c => c.Workspace.Value), Ids(correlated, c => c.Id), .. parts.Parameters]); }

                Add(batch, $"""
                    select {ThreadColumns} from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as ext) k join channel_threads t on t.workspace_id = k.w and t.inbox_id = k.inbox and t.external_id = k.ext {ThreadWithStrand}
                    """, threads.Parameters);
                if (aims)
                {
                    // The locked rows first: where both find a message, the one that can't change any more is kept.
                    Add(batch, $"""
                        with ids as (
                          select m.id, null as part from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as key) k join messages m on m.workspace_id = k.w and m.inbox_id = k.inbox and m.dedupe_key = k.key
                          union select m.id, null from (select unnest($4) as w, unnest($5) as id) k join messages m on m.id = k.id and m.workspace_id = k.w
                          union select p.message_id, p.key from (select unnest($6) as w, unnest($7) as inbox, unnest($8) as key) k join sent_parts p on p.workspace_id = k.w and p.inbox_id = k.inbox and p.key = k.key)
                        select {MessageColumns}, ids.part from ids join messages m on m.id = ids.id order by m.id for update of m
                        """, [.. targets.Parameters, Ids(correlated, c => c.Workspace.Value), Ids(correlated, c => c.Id), .. parts.Parameters]);
                }

                if (content.Any)
                {
                    Add(batch, $"select {MessageColumns} from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as key) k join messages m on m.workspace_id = k.w and m.inbox_id = k.inbox and m.dedupe_key = k.key", content.Parameters);
                    Add(batch, $"""
                        select {WaitingColumns} from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as key) k join waiting_changes w on w.workspace_id = k.w and w.inbox_id = k.inbox and w.target_key = k.key order by w.arrived_at
                        """, content.Parameters);
                }

                await using var reader = await batch.ExecuteReaderAsync(ct);
                var row = new PostgresRow(reader);
                await ReadAsync(reader, () => { var c = ReadCustomer(row); now.Customers[c.Id] = c; }, ct);
                await ReadAsync(reader, () => Keep(now, ReadConversation(row), row), ct);
                await ReadAsync(reader, () => KeepThread(now, row), ct);
                if (aims) { await ReadAsync(reader, () => KeepPart(now, Keep(now, ReadMessage(row)), row.TextOrNull(PartColumn)), ct); }
                if (content.Any)
                {
                    await ReadAsync(reader, () => Keep(now, ReadMessage(row)), ct);
                    await ReadAsync(reader, () => Keep(now, ReadWaiting(row)), ct);
                }
            }

            if (now.Threads.Values.Any(t => !now.Conversations.ContainsKey(t.ConversationId)))
            {
                throw new SituationMovedException();
            }

            if (MayMove(now)) { await LoadStrandsAsync(now, ct); }
        }

        private async Task LoadStrandsAsync(Situation now, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            Add(batch, $"select {StrandColumns} from (select unnest($1) as w, unnest($2) as id) k join strands s on s.workspace_id = k.w and s.conversation_id = k.id",
                Ids(now.Conversations.Values, c => c.WorkspaceId.Value), Ids(now.Conversations.Values, c => c.Id.Value));
            await using var reader = await batch.ExecuteReaderAsync(ct);
            var row = new PostgresRow(reader);
            await ReadAsync(reader, () => { var s = ReadStrand(row); now.Strands[(s.ConversationId, s.ThreadId)] = s; }, ct);
        }

        public override async Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            AddLedger(batch, deliveries, clock.GetUtcNow());
            if (decided.FreedPlaces.Count > 0)
            {
                Add(batch, "update conversations set joins = null where id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = [.. decided.FreedPlaces.Select(c => c.Value)] });
            }

            SpineTables.UpdateConversations.AddTo(batch, decided.ChangedConversations);
            SpineTables.CountConversations.AddTo(batch, decided.CountedConversations);
            SpineTables.InsertConversations.AddTo(batch, decided.NewConversations);
            SpineTables.InsertThreads.AddTo(batch, decided.NewThreads);
            SpineTables.UpdateThreads.AddTo(batch, decided.ChangedThreads);
            SpineTables.HearThreads.AddTo(batch, decided.HeardThreads);
            SpineTables.InsertStrands.AddTo(batch, decided.NewStrands);
            SpineTables.UpdateStrands.AddTo(batch, [.. decided.ChangedStrands.Except(decided.NewStrands)]);
            SpineTables.UpdateCustomers.AddTo(batch, decided.ChangedCustomers);
            SpineTables.InsertValues.AddTo(batch, decided.NewValues);
            SpineTables.UpdateIdentities.AddTo(batch, decided.ChangedIdentities);
            SpineTables.InsertMessages.AddTo(batch, decided.NewMessages);
            SpineTables.UpdateMessages.AddTo(batch, [.. decided.ChangedMessages.Except(decided.NewMessages)]);
            SpineTables.InsertAttachments.AddTo(batch, decided.NewAttachments);
            SpineTables.InsertVersions.AddTo(batch, decided.NewVersions);
            SpineTables.UpsertReactions.AddTo(batch, Latest(decided.Reactions));
            SpineTables.InsertParticipants.AddTo(batch, decided.Participants);
            SpineTables.InsertWaiting.AddTo(batch, decided.NewWaiting);
            SpineTables.InsertActivities.AddTo(batch, decided.Activities);
            AddRest(batch, decided);
            SpineTables.InsertJobs.AddTo(batch, decided.Jobs);
            AddPosition(batch, position);
            var positionAt = position is null ? -1 : batch.BatchCommands.Count - 1;
            var at = clock.GetUtcNow();
            var workspaces = decided.Events.GroupBy(e => e.Workspace).OrderBy(g => g.Key).Select(g => (g.Key, Events: g.ToList())).ToList();
            foreach (var group in workspaces)
            {
                var command = new NpgsqlBatchCommand(EventAppender.PostgresSql);
                EventAppender.AddParameters(command.Parameters, group.Key, group.Events, at);
                batch.BatchCommands.Add(command);
            }

            // Only the event statements give rows: one each, the last number.
            await using (var reader = await batch.ExecuteReaderAsync(ct))
            {
                foreach (var group in workspaces)
                {
                    await ReadAsync(reader, () => written.Add(News.Of(group.Key, reader.GetInt64(0), group.Events, at)), ct);
                }
            }

            if (positionAt >= 0 && batch.BatchCommands[positionAt].RecordsAffected == 0) { throw new FenceLostException(position!.Lease); }
        }

        public override async Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            SpineTables.InsertDeliveries.AddTo(batch, [.. deliveries.Select(d => LedgerRows.Row(d, null))]);
            SpineTables.InsertBodies.AddTo(batch, [.. deliveries.Select(LedgerRows.Body)]);
            AddPosition(batch, position);
            await batch.ExecuteNonQueryAsync(ct);
            if (position is not null && batch.BatchCommands[^1].RecordsAffected == 0) { throw new FenceLostException(position.Lease); }
        }

        public override async Task<IReadOnlyList<News>> CommitAsync(CancellationToken ct)
        {
            await transaction.CommitAsync(ct);
            return written;
        }

        public override async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private async Task LoadTokensAsync(List<Received> events, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            Add(batch, "select t.inbox_id, t.token, t.external_id from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as token) k join channel_threads t on t.workspace_id = k.w and t.token = k.token and t.inbox_id = k.inbox",
                Ids(events, r => r.Workspace.Value), Ids(events, r => r.Inbox.Id.Value), Texts(events, r => r.Event.Mail!.ThreadToken!));
            await using var reader = await batch.ExecuteReaderAsync(ct);
            await ReadAsync(reader, () =>
            {
                foreach (var received in events.Where(e => e.Inbox.Id.Value == reader.GetGuid(0) && e.Event.Mail!.ThreadToken == reader.GetString(1)))
                {
                    received.TokenThread = reader.GetString(2);
                }
            }, ct);
        }

        private static void AddLedger(NpgsqlBatch batch, IReadOnlyList<PendingDelivery> deliveries, DateTimeOffset now)
        {
            var fresh = deliveries.Where(d => !d.Stored).ToList();
            SpineTables.InsertDeliveries.AddTo(batch, [.. fresh.Select(d => LedgerRows.Row(d, now))]);
            SpineTables.InsertBodies.AddTo(batch, [.. fresh.Select(LedgerRows.Body)]);
            SpineTables.UpdateDeliveries.AddTo(batch, [.. deliveries.Where(d => d is { Stored: true, Partial: false }).Select(d => LedgerRows.Row(d, now))]);
            SpineTables.InsertEvents.AddTo(batch, [.. fresh.SelectMany(d => LedgerRows.Events(d, now))]);
            SpineTables.UpsertEvents.AddTo(batch, [.. deliveries.Where(d => d.Stored).SelectMany(d => LedgerRows.Events(d, now))]);
            var again = deliveries.Where(LedgerRows.MayHaveBeenApplied).Select(d => d.Id.Value).ToArray();
            if (again.Length > 0) { Add(batch, LedgerRows.WasApplied + " and id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = again }); }
        }

        private static void AddRest(NpgsqlBatch batch, Decisions decided)
        {
            if (decided.NewConversations.Count > 0)
            {
                Add(batch, """
                    update conversations c set previous_id = (select p.id from conversations p where p.workspace_id = c.workspace_id and p.customer_id = c.customer_id and p.id <> c.id
                      and p.sender_unverified = c.sender_unverified and p.restricted_to is not distinct from c.restricted_to and p.opened_at <= c.opened_at order by p.last_message_at desc limit 1)
                    where c.id = any($1)
                    """, new NpgsqlParameter<Guid[]> { TypedValue = [.. decided.NewConversations.Select(c => c.Id.Value)] });
            }

            if (decided.SettledWaiting.Count > 0)
            {
                Add(batch, """
                    update delivery_events e set outcome = 'applied', reason = null, message_id = m.id, conversation_id = m.conversation_id
                    from waiting_changes w join messages m on m.workspace_id = w.workspace_id and m.inbox_id = w.inbox_id and m.dedupe_key = w.target_key
                    where w.id = any($1) and e.workspace_id = w.workspace_id and e.delivery_id = w.delivery_id and e.position = w.event_index
                    """, new NpgsqlParameter<Guid[]> { TypedValue = [.. decided.SettledWaiting.Select(w => w.Id.Value)] });
                Add(batch, "delete from waiting_changes where id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = [.. decided.SettledWaiting.Select(w => w.Id.Value)] });
            }

            foreach (var (thread, upTo) in decided.ReadMarks)
            {
                Add(batch, """
                    update messages set status = 'read', status_at = $4 where workspace_id = $1 and conversation_id = $2 and thread_id = $3 and sent_at <= $4
                      and direction = 'out' and status in ('sent', 'delivered', 'unconfirmed')
                    """, new NpgsqlParameter<Guid> { TypedValue = thread.WorkspaceId.Value }, new NpgsqlParameter<Guid> { TypedValue = thread.ConversationId.Value },
                    new NpgsqlParameter<Guid> { TypedValue = thread.Id.Value }, new NpgsqlParameter<long> { TypedValue = upTo.ToUnixTimeMilliseconds() });
            }

            if (decided.SettledSends.Count > 0)
            {
                Add(batch, "delete from sends where message_id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = [.. decided.SettledSends.Select(m => m.Value)] });
            }

            var keyed = decided.NewMessages.Where(m => m.DedupeKey is not null).ToList();
            if (keyed.Count == 0) { return; }
            Add(batch, """
                update messages r set reply_to_id = k.id from (select unnest($1) as w, unnest($2) as inbox, unnest($3) as key, unnest($4) as id) k
                where r.workspace_id = k.w and r.inbox_id = k.inbox and r.reply_to_key = k.key and r.reply_to_id is null and r.reply_to_key is not null
                """, Ids(keyed, m => m.WorkspaceId.Value), Ids(keyed, m => m.InboxId!.Value.Value), Texts(keyed, m => m.DedupeKey!), Ids(keyed, m => m.Id.Value));
        }

        private static void AddPosition(NpgsqlBatch batch, ListenerPosition? position)
        {
            if (position is null) { return; }
            Add(batch, "update inboxes set listener_position = $1 where id = $2 and exists (select 1 from leases where name = $3 and fence = $4)",
                new NpgsqlParameter<string> { TypedValue = position.Position }, new NpgsqlParameter<Guid> { TypedValue = position.Inbox.Value },
                new NpgsqlParameter<string> { TypedValue = position.Lease }, new NpgsqlParameter<long> { TypedValue = position.Fence });
        }

        private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            AddTo(command, parameters);
            batch.BatchCommands.Add(command);
            return command;
        }

        private static void AddTo(NpgsqlBatchCommand command, params ReadOnlySpan<NpgsqlParameter> parameters)
        {
            foreach (var parameter in parameters) { command.Parameters.Add(parameter); }
        }

        private static async Task ReadAsync(NpgsqlDataReader reader, Action row, CancellationToken ct)
        {
            while (await reader.ReadAsync(ct)) { row(); }
            await reader.NextResultAsync(ct);
        }

        private static NpgsqlParameter<Guid[]> Ids<T>(IReadOnlyCollection<T> rows, Func<T, Guid> value) => Ids([.. rows.Select(value)]);

        private static NpgsqlParameter<Guid[]> Ids(Guid[] values) => new NpgsqlParameter<Guid[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

        private static NpgsqlParameter<string[]> Texts<T>(IReadOnlyCollection<T> rows, Func<T, string> value) => Texts([.. rows.Select(value)]);

        private static NpgsqlParameter<string[]> Texts(string[] values) => new NpgsqlParameter<string[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

        private static InboxKeys Keys(IReadOnlyList<Received> events, Func<Received, IEnumerable<string?>> keysOf)
        {
            var keys = new HashSet<(Guid Workspace, Guid Inbox, string Key)>();
            foreach (var received in events)
            {
                foreach (var value in keysOf(received).OfType<string>()) { keys.Add((received.Workspace.Value, received.Inbox.Id.Value, value)); }
            }

            return new([.. keys.Select(k => k.Workspace)], [.. keys.Select(k => k.Inbox)], [.. keys.Select(k => k.Key)]);
        }

        /// <summary>Keys of threads or messages, each once, as the three arrays of `k(w, inbox, key)`.</summary>
        private sealed record InboxKeys(Guid[] Workspaces, Guid[] Inboxes, string[] Values)
        {
            public bool Any => Values.Length > 0;

            public NpgsqlParameter[] Parameters => [Ids(Workspaces), Ids(Inboxes), Texts(Values)];
        }

        private static List<Reaction> Latest(List<Reaction> reactions) =>
            [.. reactions.GroupBy(r => (r.MessageId, r.ActorId, r.Emoji)).Select(g => g.MaxBy(r => r.At)!)];
    }
}

/// <summary>A thread moved to another conversation between two reads; the batch is decided again.</summary>
internal sealed class SituationMovedException() : Exception("The situation moved while it was loaded.");
