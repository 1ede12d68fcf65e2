using System.Text.RegularExpressions;

namespace Braid.Channels.Email;

/// <summary>The words with which mail programs, in the languages of our customers, say "here begins what was written before".</summary>
internal static class ReplyMarks
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Verbs =
        "wrote|writes|schrieb|a écrit|a ecrit|escribió|escribio|ha scritto|escreveu|schreef|heeft .+geschreven|skrev|pisze|napisał|napisała|napisal|napsal|napsala"
        + "|написал|написала|написав|пише|пишет|kirjoitti|yazdı|写道|寫道|写到|작성|كتب|כתב|έγραψε|a scris|viết|írta|đã viết|menulis";

    private const string Openers =
        "on|am|le|el|il|em|op|den|dnia|w dniu|in data|at|vào|den|dne|στις|la data|pe|pada|ons|在|于|em|בתאריך|في|kl";

    private const string DateLike = @"(\d{4}|\d{1,2}[:.h]\d{2}|\d{1,2}[/.-]\d{1,2})";
    private const string AddressLike = @"[<(\[][^<>@]*@[^<>]+";

    private static readonly Regex OpenerDateVerb = new($@"^[\s*-]*({Openers})\b.*{DateLike}.*({Verbs})(\(a\)|\(а\))?.*$", Options);
    private static readonly Regex DateVerb = new($@"^[\s*]*(\p{{L}}{{2,12}}[.,]{{0,2}} )?\d{{1,4}}.*{DateLike}.*({Verbs})(\(a\)|\(а\))?.*[:：]$", Options);
    private static readonly Regex AddressVerb = new($@"^.+{AddressLike}.*({Verbs})(\(a\)|\(а\))?.*[:：]$", Options);
    private static readonly Regex Opening = new($@"^[\s*-]*(({Openers})\b.*{DateLike}|(\p{{L}}{{2,12}}[.,]{{0,2}} )?\d{{1,4}}.*{DateLike})", Options);
    private static readonly Regex ShortVerb = new($@"^.*({Verbs})(\(a\)|\(а\))?( ?-{{2,}})?\s?[:：]?$", Options);
    private static readonly Regex DateAddress = new($@"^.*{DateLike}.*{AddressLike}>[:：]$", Options);
    private static readonly Regex IsoDate = new($@"^\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}( \d{{1,2}}:\d{{2}} (GMT|UTC).+|.*{AddressLike}>[:：]?)$", Options);
    private static readonly Regex Asian = new(@"^(\d{4}\s?[年년].+[月월].+[日일].*[:：]|.*[于於].+[写寫]道\s?[:：]|בתאריך.+מאת.+[:：]?)$", Options);

    private static readonly Regex Separator = new(
        @"^[\s>*]*[-_=]{2,}\s*\*?\s*(original message|original-nachricht|originalnachricht|ursprüngliche nachricht|ursprungliche nachricht|message d'origine|message d’origine"
        + "|message original|message initial|mensaje original|mensagem original|messaggio originale|messaggio originario|oorspronkelijk bericht|origineel bericht|oprindelig besked"
        + "|oprindelig meddelelse|ursprungligt meddelande|originalmeddelande|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение"
        + "|оригинальное сообщение|původní zpráva|eredeti üzenet|özgün ileti|orijinal mesaj|原始邮件|原邮件|原始郵件|原始訊息|元のメッセージ|원본 메시지|원본 메일|الرسالة الأصلية"
        + @"|הודעה מקורית|αρχικό μήνυμα)\s*\*?\s*[-_=]{2,}\*?\s*$", Options);

    private static readonly Regex Forward = new(
        @"^\s*([-_*]{2,}\s*(forwarded message|original message forwarded|weitergeleitete nachricht|message transféré|message transmis|mensaje reenviado|mensaje transmitido"
        + "|messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|doorgestuurd bericht|vidarebefordrat meddelande|videresendt besked|videresendt melding"
        + "|välitetty viesti|przekazana wiadomość|wiadomość przekazana|пересылаемое сообщение|přeposlaná zpráva|továbbított üzenet|iletilen ileti|转发的邮件|转发邮件|轉寄的郵件|転送メッセージ"
        + @"|전달된 메시지).*$|(begin forwarded message|anfang der weitergeleiteten nachricht|début du message (transféré|réexpédié)|inicio del mensaje reenviado"
        + @"|inizio messaggio inoltrato|início da mensagem reencaminhada|begin doorgestuurd bericht|початок листа|начало переадресованного сообщения|以下是转发的邮件)\s?[:：]\s*$)", Options);

    private static readonly Regex ForwardSubject = new(@"^\s*(fwd?|wg|tr|rv|i|enc|vs|vb|pd|doorst|转发|轉寄|転送)\s*(\[\d+\])?\s*[:：]", Options);

    private static readonly Regex SentFrom = new(
        @"^\s*[<(\[*]{0,3}\s*(sent (from|via|with|by|using) (my |a |the |mobile|outlook|mail|yahoo|windows|proton|typeapp|galaxy|samsung|airmail|blue ?mail|aqua ?mail|gmail|spark|mailbox|\[mail).*"
        + @"|sent from .+|from my (iphone|ipad|phone|mobile|android|blackberry|samsung).*|someone from mobile|get \[?outlook (for|para|für|pour|per|voor).*"
        + "|envoyé (depuis|de|à partir de) .+|von mein(em|er) .+ gesendet.{0,10}|gesendet (von|mit|über) .+|diese nachricht wurde von mein(em|er) .+ gesendet.{0,3}"
        + "|enviado (desde|do|de|a partir do|usando) .+|inviato da(l|ll')? ?.+|verzonden (vanaf|met|vanuit) .+|sendt fra .+|skickat från .+|lähetetty .+"
        + "|wysłan[eoy] z .+|отправлено (с|из) .+|надіслано з .+|obtenir outlook .+|obtener outlook .+|outlook für (ios|android).*"
        + @"|發自我的.+|发自我的.+|從我的 ?.+ ?傳送|iphoneから送信.{0,10}|나의 .+에서 보냄.{0,5}|iphone'umdan gönderildi|مرسل من .+)\s*[>)\]*]{0,3}\s*$", Options);

    private static readonly (int Group, string[] Words)[] HeaderWords =
    [
        (0, ["from", "von", "de", "da", "van", "från", "fra", "od", "от", "від", "lähettäjä", "kimden", "feladó", "expéditeur", "remitente", "mittente", "发件人", "寄件者", "寄件人", "差出人", "보낸 사람", "보낸사람", "من", "מאת", "από", "từ", "dari", "message du", "no", "gönderen"]),
        (1, ["sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el", "enviado em", "fecha", "data", "inviato", "verzonden", "skickat", "sendt", "dato", "wysłano", "отправлено", "дата", "надіслано", "发送时间", "发送日期", "日期", "送信日時", "日付", "보낸 날짜", "날짜", "lähetetty", "päiväys", "gönderilen", "tarih", "dátum", "elküldve", "odesláno", "تاريخ", "תאריך"]),
        (2, ["to", "an", "à", "a", "para", "aan", "till", "til", "do", "кому", "收件人", "收件者", "宛先", "받는 사람", "vastaanottaja", "kime", "címzett", "komu", "pour", "destinataire", "إلى", "אל"]),
        (3, ["subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "temat", "тема", "主题", "主旨", "件名", "제목", "aihe", "konu", "tárgy", "předmět", "الموضوع", "נושא"]),
        (4, ["cc", "kopie", "copie", "copie à", "копия", "kopia", "cópia", "抄送", "副本", "참조", "reply-to", "antwort an", "risposta", "répondre à", "responder a"]),
    ];

    private static readonly Dictionary<string, int> HeaderGroups =
        HeaderWords.SelectMany(g => g.Words.Select(w => (w, g.Group))).DistinctBy(p => p.w).ToDictionary(p => p.w, p => p.Group, StringComparer.OrdinalIgnoreCase);

    public static bool IsSeparator(string line) => line.Length < 200 && Separator.IsMatch(line);

    public static bool IsForward(string line) => line.Length < 200 && Forward.IsMatch(line);

    public static bool IsForwardSubject(string? subject) => subject is { Length: < 500 } && ForwardSubject.IsMatch(subject);

    public static bool IsSentFrom(string line) => line.Length < 200 && SentFrom.IsMatch(line);

    /// <summary>"On Tuesday, Ana wrote:" in one of its many shapes, on one line or joined from several.</summary>
    public static bool IsAttribution(string text) =>
        text.Length is > 6 and < 500
        && (Asian.IsMatch(text) || IsoDate.IsMatch(text) || DateAddress.IsMatch(text)
            || ((text.EndsWith(':') || text.EndsWith('：') || ShortVerb.IsMatch(text))
                && (OpenerDateVerb.IsMatch(text) || DateVerb.IsMatch(text) || AddressVerb.IsMatch(text))));

    /// <summary>The first line of an attribution that begins with a date.</summary>
    public static bool OpensAttribution(string line) => line.Length < 500 && Opening.IsMatch(line);

    /// <summary>Which of From, Sent, To, Subject, Cc this line is; -1 for none.</summary>
    public static int HeaderGroup(string line)
    {
        var text = line.AsSpan().TrimStart(" \t>*_").ToString();
        var colon = text.IndexOfAny([':', '：']);
        if (colon is <= 0 or > 24) { return -1; }
        return HeaderGroups.GetValueOrDefault(text[..colon].Trim(' ', '*', '_', '\u00A0'), -1);
    }
}
