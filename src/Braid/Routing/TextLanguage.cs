using System.Globalization;

namespace Braid.Routing;

/// <summary>
/// Which language a short text is in: by its script, else by the commonest words of the languages that share ours. Null where it can't tell;
/// the profile's language comes first. Pure and small on purpose: it picks an agent, it does not translate.
/// </summary>
internal static class TextLanguage
{
    private static readonly (string Code, string[] Words)[] Common =
    [
        ("en", ["the", "and", "you", "is", "are", "my", "i", "it", "to", "of", "not", "have", "please", "can", "what", "when", "where", "how", "hello", "thanks", "with", "for", "order", "this", "was"]),
        ("id", ["saya", "yang", "dan", "tidak", "ini", "itu", "ada", "apa", "bisa", "sudah", "belum", "untuk", "dengan", "kak", "mau", "kapan", "dimana", "bagaimana", "terima", "kasih", "tolong", "pesanan", "halo", "aku", "gimana", "kok"]),
        ("ms", ["saya", "tak", "boleh", "awak", "kenapa", "macam", "nak", "sudah", "ada", "pesanan", "encik", "puan", "bila", "sila", "tolong", "tiada", "hendak"]),
        ("de", ["der", "die", "das", "und", "ich", "nicht", "ist", "ein", "eine", "mein", "meine", "bitte", "wann", "wie", "wo", "danke", "hallo", "mit", "für", "habe", "kann", "zu", "noch", "bestellung"]),
        ("fr", ["le", "la", "les", "je", "et", "est", "pas", "mon", "ma", "bonjour", "merci", "vous", "une", "un", "pour", "quand", "où", "comment", "avec", "commande", "sur", "mes", "des", "suis"]),
        ("es", ["el", "la", "los", "que", "de", "no", "mi", "es", "hola", "gracias", "por", "para", "con", "cuando", "dónde", "donde", "cómo", "como", "pedido", "una", "un", "está", "favor", "tengo"]),
        ("pt", ["o", "os", "que", "não", "meu", "minha", "é", "olá", "obrigado", "obrigada", "por", "para", "com", "quando", "onde", "como", "pedido", "uma", "um", "está", "você", "vocês", "eu"]),
        ("it", ["il", "lo", "gli", "che", "non", "mio", "mia", "è", "ciao", "grazie", "per", "con", "quando", "dove", "come", "ordine", "una", "un", "sono", "ho", "buongiorno", "della"]),
        ("nl", ["de", "het", "een", "en", "ik", "niet", "is", "mijn", "wanneer", "waar", "hoe", "bedankt", "hallo", "met", "voor", "heb", "kan", "bestelling", "graag", "nog"]),
        ("tr", ["ve", "bir", "bu", "ne", "için", "değil", "merhaba", "sipariş", "siparişim", "nerede", "nasıl", "teşekkürler", "lütfen", "var", "yok", "ben", "zaman"]),
        ("vi", ["tôi", "không", "là", "và", "của", "xin", "chào", "cảm", "ơn", "đơn", "hàng", "khi", "nào", "bao", "giờ", "cho", "có", "được"]),
    ];

    private static readonly Dictionary<string, List<string>> Languages = Common.SelectMany(c => c.Words.Select(w => (w, c.Code))).GroupBy(p => p.w, p => p.Code, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);

    public static string? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) { return null; }
        return ByScript(text) ?? ByWords(text);
    }

    private static string? ByScript(string text)
    {
        var counts = new Dictionary<string, int>();
        var letters = 0;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 2000)))
        {
            if (!char.IsLetter(c)) { continue; }
            letters++;
            var script = c switch
            {
                >= '\u0600' and <= '\u06FF' => "ar",
                >= '\u0590' and <= '\u05FF' => "he",
                >= '\u0400' and <= '\u04FF' => "ru",
                >= '\u0370' and <= '\u03FF' => "el",
                >= '\u0900' and <= '\u097F' => "hi",
                >= '\u0E00' and <= '\u0E7F' => "th",
                >= '\u3040' and <= '\u30FF' => "ja",
                >= '\uAC00' and <= '\uD7AF' => "ko",
                >= '\u4E00' and <= '\u9FFF' => "zh",
                _ => "",
            };
            if (script.Length > 0) { counts[script] = counts.GetValueOrDefault(script) + 1; }
        }

        if (counts.Count == 0) { return null; }
        // Japanese writes Chinese signs too; its own tell.
        if (counts.ContainsKey("ja")) { return "ja"; }
        var (code, count) = counts.MaxBy(c => c.Value);
        return count * 3 >= letters ? code : null;
    }

    private static string? ByWords(string text)
    {
        var scores = new Dictionary<string, double>();
        foreach (var word in Words(text).Take(200))
        {
            if (Languages.GetValueOrDefault(word) is not { } codes) { continue; }
            foreach (var code in codes) { scores[code] = scores.GetValueOrDefault(code) + (1.0 / codes.Count); }
        }

        if (scores.Count == 0) { return null; }
        var best = scores.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(2).ToList();
        return best.Count == 1 || best[0].Value > best[1].Value ? best[0].Key : null;
    }

    /// <summary>Lower-cased runs of letters.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var from = -1;
        var lower = text.ToLower(CultureInfo.InvariantCulture);
        for (var i = 0; i <= lower.Length; i++)
        {
            var letter = i < lower.Length && (char.IsLetterOrDigit(lower[i]) || lower[i] == '\'' || char.GetUnicodeCategory(lower[i]) == UnicodeCategory.NonSpacingMark);
            if (letter && from < 0) { from = i; }
            if (!letter && from >= 0)
            {
                yield return lower[from..i];
                from = -1;
            }
        }
    }
}
