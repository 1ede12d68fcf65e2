using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>How many conversations the profiles of a page have: one query for all of them.</summary>
internal sealed class CountConversations(BraidDb db) : ICustomerConversations
{
    public async Task<IReadOnlyDictionary<Id<Customer>, ConversationCounts>> CountAsync(IReadOnlyCollection<Id<Customer>> customers, Actor by, CancellationToken ct)
    {
        var counted = await db.Set<Conversation>().VisibleTo(by, db).Where(c => customers.Contains(c.CustomerId)).GroupBy(c => c.CustomerId)
            .Select(g => new { g.Key, Open = g.Count(c => c.Status != ConversationStatus.Resolved), All = g.Count() }).ToListAsync(ct);
        return counted.ToDictionary(c => c.Key, c => new ConversationCounts(c.Open, c.All));
    }
}
