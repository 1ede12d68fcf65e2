using System.Globalization;
using System.Text;

namespace Braid.Simulator.Mail;

/// <summary>SEARCH with the keys a mail reader uses. Null for a key it does not know.</summary>
internal sealed class ImapSearch(List<uint> known, Dictionary<uint, StoredMail> byUid)
{
    public IReadOnlyList<(uint Sequence, uint Uid)>? Find(IReadOnlyList<object> keys)
    {
        var tests = new List<Func<uint, StoredMail, bool>>();
        for (var i = 0; i < keys.Count; i++)
        {
            var key = (keys[i] as string ?? "").ToUpperInvariant();
            switch (key)
            {
                case "CHARSET":
                    i++;
                    break;
                case "ALL":
                    break;
                case "UID":
                    var uids = new ImapSet(Next(keys, ref i), known.LastOrDefault());
                    tests.Add((_, m) => uids.Contains(m.Uid));
                    break;
                case "SINCE" or "BEFORE" or "ON":
                    var day = Day(Next(keys, ref i));
                    tests.Add((_, m) => key switch { "SINCE" => m.At.UtcDateTime.Date >= day, "BEFORE" => m.At.UtcDateTime.Date < day, _ => m.At.UtcDateTime.Date == day });
                    break;
                case "SEEN" or "DELETED" or "ANSWERED" or "FLAGGED":
                    tests.Add((_, m) => m.Flags.Contains("\\" + key));
                    break;
                case "UNSEEN" or "UNDELETED" or "UNANSWERED" or "UNFLAGGED":
                    tests.Add((_, m) => !m.Flags.Contains("\\" + key[2..]));
                    break;
                case "HEADER":
                    var (name, value) = (Next(keys, ref i), Next(keys, ref i));
                    tests.Add((_, m) => Header(m, name)?.Contains(value, StringComparison.OrdinalIgnoreCase) == true);
                    break;
                case "FROM" or "TO" or "SUBJECT":
                    var text = Next(keys, ref i);
                    tests.Add((_, m) => Header(m, key)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
                    break;
                case [>= '0' and <= '9' or '*', ..]:
                    var numbers = new ImapSet(key, (uint)known.Count);
                    tests.Add((n, _) => numbers.Contains(n));
                    break;
                default:
                    return null;
            }
        }

        return
        [
            .. known.Select((uid, index) => (Sequence: (uint)index + 1, Uid: uid))
                .Where(m => byUid.TryGetValue(m.Uid, out var mail) && tests.TrueForAll(t => t(m.Sequence, mail))),
        ];
    }

    private static string Next(IReadOnlyList<object> keys, ref int at) => keys.ElementAtOrDefault(++at) as string ?? "";

    private static DateTime Day(string text) =>
        DateTime.TryParseExact(text, ["d-MMM-yyyy", "dd-MMM-yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : DateTime.MaxValue;

    private static string? Header(StoredMail mail, string name) => MailPart.Read(Encoding.Latin1.GetString(mail.Raw)).Header(name);
}
