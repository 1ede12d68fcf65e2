namespace Braid.Channels.Email;

/// <summary>What reading and writing mail needs to know of an inbox, whichever way its mail comes and goes.</summary>
internal sealed record MailPlace(string? Address)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public string? FromName { get; init; }
    /// <summary>The server whose Authentication-Results are believed; null: nobody's.</summary>
    public string? AuthServer { get; init; }
    public bool TrustServer { get; init; }
    /// <summary>A server that writes its results without its name (Exchange Online): what to call it. It renames such fields that come from outside.</summary>
    public string? NamelessResults { get; init; }
    public bool PlusAddresses { get; init; } = true;

    public static MailPlace Of(EmailSettings settings) => new(settings.Address)
    {
        Aliases = settings.Aliases, FromName = settings.FromName, AuthServer = settings.AuthServer, TrustServer = settings.TrustServer, PlusAddresses = settings.PlusAddresses,
    };
}
