using System.Buffers;
using System.Text;
using Braid.Channels;

namespace Braid.Ingest;

/// <summary>NUL and lone surrogates become U+FFFD when read (PostgreSQL refuses them); the raw copy keeps them.</summary>
internal static class TextRules
{
    private static readonly SearchValues<char> Suspect = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '\0']);

    public static string? Clean(string? text) => IsClean(text) ? text : Replace(text!);

    /// <summary>For the ledger's own columns: storable, and short enough for an index.</summary>
    public static string? Short(string? text) => Clean(text is { Length: > 500 } ? text[..500] : text);

    public static InboundEvent Clean(InboundEvent e) => e with
    {
        ExternalId = Clean(e.ExternalId),
        Key = Clean(e.Key),
        TargetKey = Clean(e.TargetKey),
        ThreadId = Clean(e.ThreadId),
        ThreadTitle = Clean(e.ThreadTitle),
        Text = Clean(e.Text),
        ReplyTo = Clean(e.ReplyTo),
        Payload = Clean(e.Payload),
        ErrorText = Clean(e.ErrorText),
        Sender = e.Sender is { } s ? Clean(s) : null,
        Attachments = e.Attachments.Count == 0 ? e.Attachments
            : [.. e.Attachments.Select(a => a with { Name = Clean(a.Name), ContentType = Clean(a.ContentType), MediaRef = Clean(a.MediaRef), ContentId = Clean(a.ContentId) })],
        Others = e.Others.Count == 0 ? e.Others : [.. e.Others.Select(o => new Person(Clean(o.Id)!, Clean(o.Name), Clean(o.Address)))],
        Mail = e.Mail is { } m ? m with { Subject = Clean(m.Subject)!, FullText = Clean(m.FullText), Html = Clean(m.Html), ThreadToken = Clean(m.ThreadToken) } : null,
    };

    private static bool IsClean(Sender s) =>
        IsClean(s.Id) && IsClean(s.Name) && IsClean(s.Username) && IsClean(s.Address) && IsClean(s.Language) && s.OtherIds.All(IsClean) && s.Keys.All(k => IsClean(k.Value) && IsClean(k.Proof));

    /// <summary>As it is nearly always; so a copy is made only where something must go.</summary>
    private static bool IsClean(string? text) => text is null || text.AsSpan().IndexOfAny(Suspect) < 0;

    private static Sender Clean(Sender s) => IsClean(s) ? s : s with
    {
        Id = Clean(s.Id)!,
        OtherIds = s.OtherIds.Count == 0 ? s.OtherIds : [.. s.OtherIds.Select(id => Clean(id)!)],
        Keys = s.Keys.Count == 0 ? s.Keys : [.. s.Keys.Select(k => k with { Value = Clean(k.Value)!, Proof = Clean(k.Proof) })],
        Name = Clean(s.Name),
        Username = Clean(s.Username),
        Address = Clean(s.Address),
        Language = Clean(s.Language),
    };

    private static string Replace(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(text[i]).Append(text[++i]);
            }
            else
            {
                clean.Append(text[i] == '\0' || char.IsSurrogate(text[i]) ? '\uFFFD' : text[i]);
            }
        }

        return clean.ToString();
    }
}
