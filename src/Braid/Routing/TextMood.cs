namespace Braid.Routing;

/// <summary>
/// Whether a text is urgent or angry, by words and by how it is written. A lexicon of our own in five languages: enough to put somebody
/// forward in a line, not to judge them.
/// </summary>
internal static class TextMood
{
    private static readonly string[] Urgent =
    [
        "urgent", "urgently", "asap", "immediately", "emergency", "right now", "right away", "at once", "segera", "darurat", "mendesk", "secepatnya", "sekarang juga", "dringend", "sofort", "notfall", "eilig",
        "urgente", "ahora mismo", "emergencia", "inmediatamente", "عاجل", "فورا", "فوراً", "طارئ", "حالا",
    ];

    private static readonly string[] Negative =
    [
        "angry", "terrible", "awful", "worst", "unacceptable", "ridiculous", "disappointed", "useless", "scam", "fraud", "complaint", "never again", "lawyer", "disgusting", "broken", "furious", "fed up", "refund now",
        "kecewa", "marah", "parah", "penipuan", "penipu", "buruk", "komplain", "payah", "rusak", "kapok", "jelek",
        "enttäuscht", "unverschämt", "frechheit", "katastrophe", "schlecht", "kaputt", "betrug", "anwalt", "beschwerde", "wütend",
        "decepcionado", "pésimo", "horrible", "estafa", "queja", "inaceptable", "roto", "furioso", "سيء", "سيئة", "غاضب", "احتيال", "شكوى", "فظيع", "محبط",
    ];

    private static readonly string[] Positive =
    [
        "thanks", "thank you", "great", "perfect", "love", "excellent", "awesome", "happy", "wonderful", "terima kasih", "makasih", "bagus", "mantap", "puas", "danke", "super", "perfekt", "toll", "zufrieden",
        "gracias", "perfecto", "excelente", "genial", "شكرا", "شكراً", "ممتاز", "رائع",
    ];

    public static string UrgencyOf(string? text) => text is not null && (Hits(text, Urgent) > 0 || text.Count(c => c == '!') >= 3 || Shouts(text)) ? "high" : "normal";

    public static string SentimentOf(string? text)
    {
        if (text is null) { return "neutral"; }
        var (bad, good) = (Hits(text, Negative) + (Shouts(text) ? 1 : 0), Hits(text, Positive));
        return bad > good ? "negative" : good > bad ? "positive" : "neutral";
    }

    /// <summary>How many of the words or phrases occur, as whole words.</summary>
    public static int Hits(string text, IEnumerable<string> phrases)
    {
        var said = " " + string.Join(' ', TextLanguage.Words(text.Length > 4000 ? text[..4000] : text)) + " ";
        return phrases.Count(p => said.Contains(" " + string.Join(' ', TextLanguage.Words(p)) + " ", StringComparison.Ordinal));
    }

    private static bool Shouts(string text)
    {
        var letters = text.Count(char.IsLetter);
        return letters >= 12 && text.Count(char.IsUpper) * 10 >= letters * 8;
    }
}
