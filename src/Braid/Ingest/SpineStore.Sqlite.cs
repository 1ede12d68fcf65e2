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
            return new Session(statements!, transaction, held, clock);
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

    private sealed class Session(SqliteStatements statements, SqliteTransaction transaction, IDisposable held, TimeProvider clock) : SpineSession
    {
        private readonly List<News> written = [];

        public override Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct)
        {
            foreach (var received in events.Where(r => r.Event.Mail?.ThreadToken is not null))
            {
                using var thread = statements.Get("select external_id from channel_threads where workspace_id = ?1 and inbox_id = ?2 and token = ?3")
                    .Bind(1, received.Workspace.Value).Bind(2, received.Inbox.Id.Value).Bind(3, received.Event.Mail!.ThreadToken);
                if (thread.Next()) { received.TokenThread = thread.Row.Text(0); }
            }

            foreach (var (received, person) in People.Of(events))
            {
                foreach (var id in person.Ids.Where(id => !now.Identities.ContainsKey((received.Inbox.Id, id)))) { LoadIdentity(now, received, id); }
                foreach (var key in person.Keys)
                {
                    foreach (var value in People.Forms(key).Where(v => !people.Keys.ContainsKey((received.Workspace, key.Kind, v)))) { LoadKey(people, received, key with { Value = value }); }
                }
            }

            return Task.CompletedTask;
        }

        private void LoadIdentity(Situation now, Received received, string id)
        {
            using var found = statements.Get($"select {IdentityColumns} from identities i where i.workspace_id = ?1 and i.inbox_id = ?2 and i.external_id = ?3")
                .Bind(1, received.Workspace.Value).Bind(2, received.Inbox.Id.Value).Bind(3, id);
            if (found.Next()) { now.Identities[(received.Inbox.Id, id)] = ReadIdentity(found.Row); }
        }

        private void LoadKey(People people, Received received, ContactKey key)
        {
            people.Keys[(received.Workspace, key.Kind, key.Value)] = [];
            using var found = statements.Get($"select {KeyColumns} from customer_keys k where k.workspace_id = ?1 and k.kind = ?2 and k.value = ?3")
                .Bind(1, received.Workspace.Value).Bind(2, EnumNames.Of(key.Kind)).Bind(3, key.Value);
            while (found.Next()) { people.Keep(ReadKey(found.Row)); }
        }

        public override Task LoadHoldersAsync(People people, IReadOnlyList<Id<Customer>> holders, CancellationToken ct)
        {
            foreach (var holder in holders)
            {
                using var found = statements.Get("select c.name from customers c where c.id = ?1").Bind(1, holder.Value);
                if (found.Next()) { people.Holders[holder] = found.Row.TextOrNull(0); }
            }

            return Task.CompletedTask;
        }

        public override Task<bool> SavePeopleAsync(People people, CancellationToken ct)
        {
            SpineTables.InsertCustomers.Write(statements, people.NewCustomers);
            SpineTables.InsertValues.Write(statements, people.NewValues);
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
                using var found = statements.Get($"select {CustomerColumns} from customers c where c.id = ?1").Bind(1, customer.Value);
                if (found.Next()) { now.Customers[customer] = ReadCustomer(found.Row); }
            }

            foreach (var received in events)
            {
                Load(now, received);
            }

            if (MayMove(now)) { LoadStrands(now); }
            return Task.CompletedTask;
        }

        private void Load(Situation now, Received received)
        {
            var w = received.Workspace.Value;
            var inbox = received.Inbox.Id;
            if (received.ThreadKey is { } thread && !now.Threads.ContainsKey((inbox, thread)))
            {
                using (var found = statements.Get($"select {ThreadColumns} from channel_threads t {ThreadWithStrand} where t.workspace_id = ?1 and t.inbox_id = ?2 and t.external_id = ?3")
                    .Bind(1, w).Bind(2, inbox.Value).Bind(3, thread))
                {
                    if (found.Next()) { KeepThread(now, found.Row); }
                }

                if (now.Threads.TryGetValue((inbox, thread), out var known)) { LoadConversation(now, known.ConversationId); }
            }

            if (received.IsContent && received.PersonId is not null && JoinPolicy.JoinsKey(now, received) is { } joins && !now.Places.ContainsKey(joins))
            {
                LoadConversation(now, statements.Get(ConversationWhere + "c.workspace_id = ?1 and c.joins = ?2").Bind(1, w).Bind(2, joins));
            }

            foreach (var key in KeysOf(received).Where(k => !now.Messages.ContainsKey((inbox, k))))
            {
                LoadMessage(now, statements.Get(MessageWhere + "m.workspace_id = ?1 and m.inbox_id = ?2 and m.dedupe_key = ?3").Bind(1, w).Bind(2, inbox.Value).Bind(3, key));
                if (MayNameAPart(received) && !now.Messages.ContainsKey((inbox, key)))
                {
                    KeepPart(now, LoadMessage(now, statements.Get(MessageWhere + "m.id = (select message_id from sent_parts where workspace_id = ?1 and inbox_id = ?2 and key = ?3)")
                        .Bind(1, w).Bind(2, inbox.Value).Bind(3, key)), key);
                }
            }

            if (Guid.TryParse(received.Event.Correlation, out var sent) && !now.MessagesById.ContainsKey(new(sent)))
            {
                LoadMessage(now, statements.Get(MessageWhere + "m.id = ?1 and m.workspace_id = ?2").Bind(1, sent).Bind(2, w));
            }

            if (received is { IsContent: true, DedupeKey: { } own } && !now.Waiting.ContainsKey((inbox, own)))
            {
                using var waiting = statements.Get($"select {WaitingColumns} from waiting_changes w where w.workspace_id = ?1 and w.inbox_id = ?2 and w.target_key = ?3 order by w.arrived_at")
                    .Bind(1, w).Bind(2, inbox.Value).Bind(3, own);
                while (waiting.Next()) { Keep(now, ReadWaiting(waiting.Row)); }
            }
        }

        private const string ConversationWhere = $"select {ConversationColumns} from conversations c left join messages rm on rm.id = c.read_up_to where ";
        private const string MessageWhere = $"select {MessageColumns} from messages m where ";

        private void LoadConversation(Situation now, Id<Conversation> id)
        {
            if (!now.Conversations.ContainsKey(id)) { LoadConversation(now, statements.Get(ConversationWhere + "c.id = ?1").Bind(1, id.Value)); }
        }

        private static void LoadConversation(Situation now, SqliteStatement asked)
        {
            using (asked)
            {
                if (asked.Next()) { Keep(now, ReadConversation(asked.Row), asked.Row); }
            }
        }

        private Message? LoadMessage(Situation now, SqliteStatement asked)
        {
            Message? found = null;
            using (asked)
            {
                if (asked.Next()) { found = Keep(now, ReadMessage(asked.Row)); }
            }

            if (found is not null) { LoadConversation(now, found.ConversationId); }
            return found;
        }

        private void LoadStrands(Situation now)
        {
            foreach (var conversation in now.Conversations.Values)
            {
                using var found = statements.Get($"select {StrandColumns} from strands s where s.workspace_id = ?1 and s.conversation_id = ?2").Bind(1, conversation.WorkspaceId.Value).Bind(2, conversation.Id.Value);
                while (found.Next())
                {
                    var strand = ReadStrand(found.Row);
                    now.Strands[(strand.ConversationId, strand.ThreadId)] = strand;
                }
            }
        }

        public override Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
        {
            var fresh = deliveries.Where(d => !d.Stored).ToList();
            var appliedAt = clock.GetUtcNow();
            SpineTables.InsertDeliveries.Write(statements, [.. fresh.Select(d => LedgerRows.Row(d, appliedAt))]);
            SpineTables.InsertBodies.Write(statements, [.. fresh.Select(LedgerRows.Body)]);
            SpineTables.UpdateDeliveries.Write(statements, [.. deliveries.Where(d => d is { Stored: true, Partial: false }).Select(d => LedgerRows.Row(d, appliedAt))]);
            SpineTables.InsertEvents.Write(statements, [.. fresh.SelectMany(d => LedgerRows.Events(d, appliedAt))]);
            SpineTables.UpsertEvents.Write(statements, [.. deliveries.Where(d => d.Stored).SelectMany(d => LedgerRows.Events(d, appliedAt))]);
            foreach (var again in deliveries.Where(LedgerRows.MayHaveBeenApplied))
            {
                statements.Get(LedgerRows.WasApplied + " and id = ?1").Bind(1, again.Id.Value).Run();
            }

            foreach (var freed in decided.FreedPlaces)
            {
                statements.Get("update conversations set joins = null where id = ?1").Bind(1, freed.Value).Run();
            }

            SpineTables.UpdateConversations.Write(statements, decided.ChangedConversations);
            SpineTables.CountConversations.Write(statements, decided.CountedConversations);
            SpineTables.InsertConversations.Write(statements, decided.NewConversations);
            SpineTables.InsertThreads.Write(statements, decided.NewThreads);
            SpineTables.UpdateThreads.Write(statements, decided.ChangedThreads);
            SpineTables.HearThreads.Write(statements, decided.HeardThreads);
            SpineTables.InsertStrands.Write(statements, decided.NewStrands);
            SpineTables.UpdateStrands.Write(statements, [.. decided.ChangedStrands.Except(decided.NewStrands)]);
            SpineTables.UpdateCustomers.Write(statements, decided.ChangedCustomers);
            SpineTables.InsertValues.Write(statements, decided.NewValues);
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
            AppendEvents(decided.Events, clock.GetUtcNow());
            return Task.CompletedTask;
        }

        public override Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct)
        {
            SpineTables.InsertDeliveries.Write(statements, [.. deliveries.Select(d => LedgerRows.Row(d, null))]);
            SpineTables.InsertBodies.Write(statements, [.. deliveries.Select(LedgerRows.Body)]);
            MovePosition(position);
            return Task.CompletedTask;
        }

        public override async Task<IReadOnlyList<News>> CommitAsync(CancellationToken ct)
        {
            await transaction.CommitAsync(ct);
            return written;
        }

        public override async ValueTask DisposeAsync()
        {
            try
            {
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
                statements.Get("""
                    update conversations set previous_id = (select p.id from conversations p where p.workspace_id = ?1 and p.customer_id = ?2 and p.id <> ?3
                      and p.sender_unverified = ?4 and p.restricted_to is ?5 and p.opened_at <= ?6 order by p.last_message_at desc limit 1) where id = ?3
                    """).Bind(1, opened.WorkspaceId.Value).Bind(2, opened.CustomerId.Value).Bind(3, opened.Id.Value).Bind(4, opened.SenderUnverified)
                    .Bind(5, opened.RestrictedTo?.Value).Bind(6, opened.OpenedAt.ToUnixTimeMilliseconds()).Run();
            }

            foreach (var settled in decided.SettledWaiting)
            {
                statements.Get("""
                    update delivery_events set outcome = 'applied', reason = null,
                      message_id = (select id from messages where workspace_id = ?1 and inbox_id = ?2 and dedupe_key = ?3),
                      conversation_id = (select conversation_id from messages where workspace_id = ?1 and inbox_id = ?2 and dedupe_key = ?3)
                    where workspace_id = ?1 and delivery_id = ?4 and position = ?5
                    """).Bind(1, settled.WorkspaceId.Value).Bind(2, settled.InboxId.Value).Bind(3, settled.TargetKey).Bind(4, settled.DeliveryId).Bind(5, settled.EventIndex).Run();
                statements.Get("delete from waiting_changes where id = ?1").Bind(1, settled.Id.Value).Run();
            }

            foreach (var (thread, upTo) in decided.ReadMarks)
            {
                statements.Get("""
                    update messages set status = 'read', status_at = ?1 where workspace_id = ?2 and conversation_id = ?3 and thread_id = ?4 and sent_at <= ?1
                      and direction = 'out' and status in ('sent', 'delivered', 'unconfirmed')
                    """).Bind(1, upTo.ToUnixTimeMilliseconds()).Bind(2, thread.WorkspaceId.Value).Bind(3, thread.ConversationId.Value).Bind(4, thread.Id.Value).Run();
            }

            foreach (var sent in decided.SettledSends)
            {
                statements.Get("delete from sends where message_id = ?1").Bind(1, sent.Value).Run();
            }

            foreach (var message in decided.NewMessages.Where(m => m.DedupeKey is not null))
            {
                statements.Get("update messages set reply_to_id = ?1 where workspace_id = ?2 and inbox_id = ?3 and reply_to_key = ?4 and reply_to_key is not null and reply_to_id is null")
                    .Bind(1, message.Id.Value).Bind(2, message.WorkspaceId.Value).Bind(3, message.InboxId!.Value.Value).Bind(4, message.DedupeKey).Run();
            }
        }

        private void MovePosition(ListenerPosition? position)
        {
            if (position is not null && statements.Get("update inboxes set listener_position = ?1 where id = ?2 and exists (select 1 from leases where name = ?3 and fence = ?4)")
                .Bind(1, position.Position).Bind(2, position.Inbox.Value).Bind(3, position.Lease).Bind(4, position.Fence).Run() == 0)
            {
                throw new FenceLostException(position.Lease);
            }
        }

        private void AppendEvents(List<DomainEvent> events, DateTimeOffset at)
        {
            foreach (var group in events.GroupBy(e => e.Workspace).OrderBy(g => g.Key))
            {
                var list = group.ToList();
                long last;
                using (var counter = statements.Get(EventAppender.SqliteCounterSql).Bind(1, group.Key.Value).Bind(2, list.Count))
                {
                    counter.Next();
                    last = counter.Row.Long(0);
                }

                var insert = statements.Get(EventAppender.SqliteEventSql).Bind(1, group.Key.Value).Bind(2, at.ToUnixTimeMilliseconds());
                for (var i = 0; i < list.Count; i++)
                {
                    var e = list[i];
                    insert.Bind(3, last - list.Count + i + 1).Bind(4, e.Kind).Bind(5, e.ConversationId).Bind(6, e.MessageId).Bind(7, e.CustomerId).Bind(8, e.InboxId)
                        .Bind(9, e.RestrictedTo).Bind(10, e.Data).Run();
                }

                written.Add(News.Of(group.Key, last, list, at));
            }
        }
    }
}
