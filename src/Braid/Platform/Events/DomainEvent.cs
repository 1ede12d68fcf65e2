using System.Text.Json;
using Braid.Platform.Data;

namespace Braid.Platform.Events;

/// <summary>
/// A fact the product committed. Ids and small facts only, never text or names (DESIGN §9.3). The kind is the word that clients see,
/// such as `conversation.assigned`. Modules derive their own records from it.
/// </summary>
internal abstract record DomainEvent(Id<Workspace> Workspace, string Kind)
{
    public Guid? ConversationId { get; init; }
    public Guid? MessageId { get; init; }
    public Guid? CustomerId { get; init; }
    public Guid? InboxId { get; init; }
    /// <summary>Set where only the members of a restricted inbox may see it.</summary>
    public Guid? RestrictedTo { get; init; }
    /// <summary>Small facts as a flat JSON object; null when there are none.</summary>
    public virtual string? Data => null;

    protected static string Json(object facts) => JsonSerializer.Serialize(facts, JsonSerializerOptions.Web);
}
