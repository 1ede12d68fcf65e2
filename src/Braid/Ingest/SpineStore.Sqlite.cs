using System.Data.Common;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.Data.Sqlite;

namespace Braid.Ingest;

/// <summary>SQLite: one connection with prepared statements, one writer behind the gate, `BEGIN IMMEDIATE`: no other write is in between.</summary>
internal sealed class SqliteSpine(Database database, WriteGate gate, TimeProvider clock) : SpineStore, IDisposable
{
    private SqliteConnection? connection;
    private SqliteStatements? statements;

    public override async Task<SpineSession> BeginAsync(CancellationToken ct)
    {
        var held = await gate.EnterAsync(ct);
        try
        {
            if (connection is null)
            {
                connection = (SqliteConnection)await database.OpenAsync(ct);
                statements = new SqliteStatements(connection);
            }

            var transaction = connection.BeginTransaction(deferred: false);
            statements!.Transaction = transaction;
            return new Session(connection, statements, transaction, held, clock);
        }
        catch
        {
            Forget();
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => Forget();

    private void Forget()
    {
        statements?.Dispose();
        connection?.Dispose();
        (statements, connection) = (null, null);
    }

    private sealed class Session(SqliteConnection connection, SqliteStatements statements, SqliteTransaction transaction, IDisposable held, TimeProvider clock) : SpineSession
    {
        private IReadOnlyDictionary<Id<Workspace>, long> numbers = new Dictionary<Id<Workspace>, long>();

        public override Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct)
        {
            foreach (var received in events.Where(r => r.Event.Mail?.ThreadToken is not null))
            {
                statements.Query("select external_id from channel_threads where workspace_id = $w and inbox_id = $inbox and token = $token",
                    r => received.TokenThread = r.GetString(0),
                    ("$w", received.Workspace.Value), ("$inbox", received.Inbox.Id.Value), ("$token", received.Event.Mail!.ThreadToken));
            }

            foreach (var (received, person) in People.Of(events))
            {
                foreach (var id in person.Ids.Where(id => !now.Identities.ContainsKey((received.Inbox.Id, id))))
                {
                    statements.Query($"select {IdentityColumns} from identities i where i.workspace_id = $w and i.inbox_id = $inbox and i.external_id = $ext",
                        r => { var i = ReadIdentity(r, Id); now.Identities[(i.InboxId, i.ExternalId)] = i; },
                        ("$w", received.Workspace.Value), ("$inbox", received.Inbox.Id.Value), ("$ext", id));
                }

                foreach (var key in person.Keys.Where(k => !people.Keys.ContainsKey((received.Workspace, k.Kind, k.Value))))
                {
                    var rows = people.Keys[(received.Workspace, key.Kind, key.Value)] = [];
                    statements.Query($"select {KeyColumns} from customer_keys k where k.workspace_id = $w and k.kind = $kind and k.value = $value",
                        r => rows.Add(ReadKey(r, Id)), ("$w", received.Workspace.Value), ("$kind", EnumNames.Of(key.Kind)), ("$value", key.Value));
                }
            }

            return Task.CompletedTask;
        }

        public override Task<bool> SavePeopleAsync(People people, CancellationToken ct)
        {
            SpineTables.InsertCustomers.Write(statements, people.NewCustomers);
            SpineTables.InsertKeys.Write(statements, people.NewKeys);
            SpineTables.ProveKeys.Write(statements, people.ProvenNow);
            SpineTables.InsertIdentities.Write(statements, people.NewIdentities);
            SpineTables.UpdateIdentities.Write(statements, people.Relinked);
            return Task.FromResult(true);
        }

        public override Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct)
        {
            foreach (var customer in now.Identities.Values.Select(i => i.CustomerId).Distinct().Where(id => !now.Customers.ContainsKey(id)).ToList())
            {
                statements.Query($"select {CustomerColumns} from customers c where c.id = $id", r => { var c = ReadCustomer(r, Id); now.Customers[c.Id] = c; }, ("$id", customer.Value));
            }

            foreach (var received in events)
            {
                Load(now, received);
            }

            return Task.CompletedTask;
        }

        private void Load(Situation now, Received received)
        {
            var w = received.Workspace.Value;
            var inbox = received.Inbox.Id;
            if (received.ThreadKey is { } thread && !now.Threads.ContainsKey((inbox, thread)))
            {
                statements.Query($"select {ThreadColumns} from channel_threads t where t.workspace_id = $w and t.inbox_id = $inbox and t.external_id = $ext",
                    r => { var t = ReadThread(r, Id); now.Threads[(t.InboxId, t.ExternalId)] = t; }, ("$w", w), ("$inbox", inbox.Value), ("$ext", thread));
                if (now.Threads.TryGetValue((inbox, thread), out var found)) { LoadConversation(now, "c.id = $id", ("$id", found.ConversationId.Value)); }
            }

            if (received.IsContent && received.PersonId is not null && JoinPolicy.JoinsKey(now, received) is { } joins && !now.Places.ContainsKey(joins))
            {
                LoadConversation(now, "c.workspace_id = $w and c.joins = $joins", ("$w", w), ("$joins", joins));
            }

            foreach (var key in KeysOf(received).Where(k => !now.Messages.ContainsKey((inbox, k))))
            {
                LoadMessage(now, "m.workspace_id = $w and m.inbox_id = $inbox and m.dedupe_key = $key", ("$w", w), ("$inbox", inbox.Value), ("$key", key));
            }

            if (received.Event.TargetKey is { } target && !now.Messages.ContainsKey((inbox, target)))
            {
                KeepPart(now, LoadMessage(now, "m.id = (select message_id from sent_parts where workspace_id = $w and inbox_id = $inbox and key = $key)", ("$w", w), ("$inbox", inbox.Value), ("$key", target)), target);
            }

            if (Guid.TryParse(received.Event.Correlation, out var sent) && !now.MessagesById.ContainsKey(new(sent)))
            {
                LoadMessage(now, "m.id = $id and m.workspace_id = $w", ("$id", sent), ("$w", w));
            }

            if (received is { IsContent: true, DedupeKey: { } own } && !now.Waiting.ContainsKey((inbox, own)))
            {
                statements.Query($"select {WaitingColumns} from waiting_changes w where w.workspace_id = $w and w.inbox_id = $inbox and w.target_key = $key order by w.arrived_at",
                    r => Keep(now, ReadWaiting(r, Id)), ("$w", w), ("$inbox", inbox.Value), ("$key", own));
            }
        }

        private void LoadConversation(Situation now, string where, params ReadOnlySpan<(string, object?)> values)
        {
            Conversation? found = null;
            statements.Query($"select {ConversationColumns} from conversations c left join messages rm on rm.id = c.read_up_to where {where}",
                r => { found = ReadConversation(r, Id); Keep(now, found, r); }, values);
            if (found is not null && !now.Strands.Keys.Any(k => k.Item1 == found.Id))
            {
                statements.Query($"select {StrandColumns} from strands s where s.workspace_id = $w and s.conversation_id = $id",
                    r => { var s = ReadStrand(r, Id); now.Strands[(s.ConversationId, s.ThreadId)] = s; }, ("$w", found.WorkspaceId.Value), ("$id", found.Id.Value));
            }
        }

        private Message? LoadMessage(Situation now, string where, params ReadOnlySpan<(string, object?)> values)
        {
            Message? found = null;
            statements.Query($"select {MessageColumns} from messages m where {where}", r => found = Keep(now, ReadMessage(r, Id)), values);
            if (found is not null && !now.Conversations.ContainsKey(found.ConversationId)) { LoadConversation(now, "c.id = $id", ("$id", found.ConversationId.Value)); }
            return found;
        }

        public override async Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
        {
            var fresh = deliveries.Where(d => !d.Stored).ToList();
            var appliedAt = clock.GetUtcNow();
            SpineTables.InsertDeliveries.Write(statements, [.. fresh.Select(d => LedgerRows.Row(d, appliedAt))]);
            SpineTables.InsertBodies.Write(statements, [.. fresh.Select(LedgerRows.Body)]);
            SpineTables.UpdateDeliveries.Write(statements, [.. deliveries.Where(d => d is { Stored: true, Partial: false }).Select(d => LedgerRows.Row(d, appliedAt))]);
            SpineTables.UpsertEvents.Write(statements, [.. deliveries.SelectMany(d => LedgerRows.Events(d, appliedAt))]);
            foreach (var freed in decided.FreedPlaces)
            {
                Run("update conversations set joins = null where id = $id", ("$id", freed.Value));
            }

            SpineTables.UpdateConversations.Write(statements, decided.ChangedConversations);
            SpineTables.InsertConversations.Write(statements, decided.NewConversations);
            SpineTables.InsertThreads.Write(statements, decided.NewThreads);
            SpineTables.UpdateThreads.Write(statements, [.. decided.ChangedThreads.Except(decided.NewThreads)]);
            SpineTables.InsertStrands.Write(statements, [.. decided.NewStrands, .. decided.ChangedStrands.Except(decided.NewStrands)]);
            SpineTables.UpdateCustomers.Write(statements, decided.ChangedCustomers);
            SpineTables.UpdateIdentities.Write(statements, decided.ChangedIdentities);
            SpineTables.InsertMessages.Write(statements, decided.NewMessages);
            SpineTables.UpdateMessages.Write(statements, [.. decided.ChangedMessages.Except(decided.NewMessages)]);
            SpineTables.InsertAttachments.Write(statements, decided.NewAttachments);
            SpineTables.InsertVersions.Write(statements, decided.NewVersions);
            SpineTables.UpsertReactions.Write(statements, decided.Reactions);
            SpineTables.InsertParticipants.Write(statements, decided.Participants);
            SpineTables.InsertWaiting.Write(statements, decided.NewWaiting);
            SpineTables.InsertActivities.Write(statements, decided.Activities);
            SaveRest(decided);
            SpineTables.InsertJobs.Write(statements, decided.Jobs);
            MovePosition(position);
            numbers = decided.Events.Count == 0 ? numbers : await EventAppender.AppendAsync(connection, transaction, Engine.Sqlite, decided.Events, clock.GetUtcNow(), ct);
        }

        public override Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct)
        {
            SpineTables.InsertDeliveries.Write(statements, [.. deliveries.Select(d => LedgerRows.Row(d, null))]);
            SpineTables.InsertBodies.Write(statements, [.. deliveries.Select(LedgerRows.Body)]);
            MovePosition(position);
            return Task.CompletedTask;
        }

        public override async Task<IReadOnlyDictionary<Id<Workspace>, long>> CommitAsync(CancellationToken ct)
        {
            await transaction.CommitAsync(ct);
            return numbers;
        }

        public override async ValueTask DisposeAsync()
        {
            try
            {
                statements.Transaction = null;
                await transaction.DisposeAsync();
            }
            finally
            {
                held.Dispose();
            }
        }

        private void SaveRest(Decisions decided)
        {
            foreach (var opened in decided.NewConversations)
            {
                Run("""
                    update conversations set previous_id = (select p.id from conversations p where p.workspace_id = $w and p.customer_id = $customer and p.id <> $id
                      and p.sender_unverified = $unverified and p.restricted_to is $restricted and p.opened_at <= $opened order by p.last_message_at desc limit 1) where id = $id
                    """, ("$w", opened.WorkspaceId.Value), ("$customer", opened.CustomerId.Value), ("$id", opened.Id.Value), ("$unverified", opened.SenderUnverified),
                    ("$restricted", opened.RestrictedTo?.Value), ("$opened", opened.OpenedAt.ToUnixTimeMilliseconds()));
            }

            foreach (var settled in decided.SettledWaiting)
            {
                Run("""
                    update delivery_events set outcome = 'applied', reason = null,
                      message_id = (select id from messages where workspace_id = $w and inbox_id = $inbox and dedupe_key = $key),
                      conversation_id = (select conversation_id from messages where workspace_id = $w and inbox_id = $inbox and dedupe_key = $key)
                    where workspace_id = $w and delivery_id = $delivery and position = $position
                    """, ("$w", settled.WorkspaceId.Value), ("$inbox", settled.InboxId.Value), ("$key", settled.TargetKey), ("$delivery", settled.DeliveryId), ("$position", settled.EventIndex));
                Run("delete from waiting_changes where id = $id", ("$id", settled.Id.Value));
            }

            foreach (var (thread, upTo) in decided.ReadMarks)
            {
                Run("""
                    update messages set status = 'read', status_at = $at where workspace_id = $w and conversation_id = $conversation and thread_id = $thread and sent_at <= $at
                      and direction = 'out' and status in ('sent', 'delivered', 'unconfirmed')
                    """, ("$at", upTo.ToUnixTimeMilliseconds()), ("$w", thread.WorkspaceId.Value), ("$conversation", thread.ConversationId.Value), ("$thread", thread.Id.Value));
            }

            foreach (var sent in decided.SettledSends)
            {
                Run("delete from sends where message_id = $id", ("$id", sent.Value));
            }

            foreach (var message in decided.NewMessages.Where(m => m.DedupeKey is not null))
            {
                Run("update messages set reply_to_id = $id where workspace_id = $w and inbox_id = $inbox and reply_to_key = $key and reply_to_key is not null and reply_to_id is null",
                    ("$id", message.Id.Value), ("$w", message.WorkspaceId.Value), ("$inbox", message.InboxId!.Value.Value), ("$key", message.DedupeKey));
            }
        }

        private void MovePosition(ListenerPosition? position)
        {
            if (position is not null && Run("update inboxes set listener_position = $position where id = $id and exists (select 1 from leases where name = $lease and fence = $fence)",
                ("$position", position.Position), ("$id", position.Inbox.Value), ("$lease", position.Lease), ("$fence", position.Fence)) == 0)
            {
                throw new FenceLostException(position.Lease);
            }
        }

        private int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        {
            var names = new List<string>(values.Length);
            foreach (var (name, _) in values) { names.Add(name); }
            var command = statements.Get(sql, names);
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i].Value switch { null => DBNull.Value, Guid id => id.ToByteArray(true), var v => v };
            }

            return command.ExecuteNonQuery();
        }

        private static Guid Id(DbDataReader reader, int column) => new((byte[])reader.GetValue(column), bigEndian: true);
    }
}
