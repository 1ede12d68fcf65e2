namespace Braid.Channels.Meta;

/// <summary>What Messenger and Instagram share of an inbox's settings: one page or one professional account.</summary>
internal interface IMetaAccount
{
    MetaDialect Dialect { get; }

    /// <summary>Which events of a webhook are this inbox's.</summary>
    string AccountId { get; }

    /// <summary>Another id that Meta's webhooks may give this account (an Instagram account's page).</summary>
    string? OtherAccountId { get; }

    /// <summary>The path under which messages are sent and subscriptions kept.</summary>
    string Node { get; }

    GraphAccess Access { get; }
    IReadOnlyList<string?> AppSecrets { get; }
    string VerifyTokenText { get; }
    string? MetaAppId { get; }

    /// <summary>Meta allows this app to answer by hand for 7 days.</summary>
    bool HasHumanAgent { get; }
}

/// <summary>In what the two differ on the wire.</summary>
internal sealed record MetaDialect(string Name, string Object)
{
    public static MetaDialect Messenger { get; } = new("Messenger", "page")
    {
        Fields = "messages,messaging_postbacks,message_deliveries,message_reads,message_echoes,message_reactions,message_edits,messaging_referrals,messaging_optins,messaging_handovers,standby,feed",
        TextLength = 2000, TextBytes = int.MaxValue, CommentLength = 8000, CommentPath = "comments", HideField = "is_hidden",
        TypesAlways = true, Metadata = true, Likes = true,
        TokenFix = "In the app's Messenger settings generate a token for the page with pages_messaging, pages_manage_metadata, pages_read_engagement, pages_read_user_content and pages_manage_engagement, and enter it here.",
        IdFix = "Copy the page id from the page's About section, and check that the token is this page's.",
    };

    public static MetaDialect Instagram { get; } = new("Instagram", "instagram")
    {
        Fields = "messages,messaging_postbacks,messaging_seen,message_reactions,message_edit,messaging_referral,messaging_optins,messaging_handover,standby,comments,live_comments,mentions",
        TextLength = 1000, TextBytes = 1000, CommentLength = 2200, CommentPath = "replies", HideField = "hide",
        Quotes = true,
        TokenFix = "Generate a token for the account with the permissions to manage messages and comments, and enter it here.",
        IdFix = "Copy the account id from the app's Instagram settings, and check that the token is this account's.",
    };

    public required string Fields { get; init; }
    public required int TextLength { get; init; }
    /// <summary>Instagram counts UTF-8 bytes.</summary>
    public required int TextBytes { get; init; }
    public required int CommentLength { get; init; }
    /// <summary>The edge under a comment where an answer goes.</summary>
    public required string CommentPath { get; init; }
    public required string HideField { get; init; }
    public required string TokenFix { get; init; }
    public required string IdFix { get; init; }
    /// <summary>Every message says its messaging_type.</summary>
    public bool TypesAlways { get; init; }
    /// <summary>Echoes bring back what we give along.</summary>
    public bool Metadata { get; init; }
    /// <summary>A comment can be liked.</summary>
    public bool Likes { get; init; }
    /// <summary>A message can quote another.</summary>
    public bool Quotes { get; init; }
}

/// <summary>
/// Our thread id: the person's id for direct messages; `comment:` and the top-level comment (or the visitor's post) for what is public.
/// </summary>
internal static class MetaThread
{
    private const string Public = "comment:";

    public static string OfComment(string topId) => Public + topId;

    /// <summary>The top-level comment; null for direct messages.</summary>
    public static string? CommentOf(string? thread) => thread?.StartsWith(Public, StringComparison.Ordinal) == true ? thread[Public.Length..] : null;
}
