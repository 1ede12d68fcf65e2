using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Braid.Platform.Http;

/// <summary>A page of a list. `NextCursor` is null on the last one.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

internal static class Page
{
    public const int Default = 50;
    public const int Max = 200;

    public static int Limit(int? asked) => Math.Clamp(asked ?? Default, 1, Max);

    /// <summary>Give it one row more than the limit: that row says whether there is a next page.</summary>
    public static Page<TView> Of<TRow, TView>(IReadOnlyList<TRow> rows, int limit, Func<TRow, TView> view, Func<TRow, Cursor> cursor) =>
        new([.. rows.Take(limit).Select(view)], rows.Count > limit ? cursor(rows[limit - 1]).ToString() : null);
}

/// <summary>Where a page ended: the sort key of its last row and the row's id. Opaque to clients.</summary>
internal sealed record Cursor(string Key, Guid Id)
{
    public static Cursor At(DateTimeOffset at, Guid id) => new(at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), id);

    public static Cursor At(long number, Guid id = default) => new(number.ToString(CultureInfo.InvariantCulture), id);

    public long Number => long.TryParse(Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Bad();

    public DateTimeOffset Instant => Number is var ms and >= 0 and < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : throw Bad();

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Id:n}{Key}"));

    /// <summary>Null for the first page; refuses what we did not make.</summary>
    public static Cursor? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            var clear = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
            return clear.Length >= 32 && Guid.TryParseExact(clear[..32], "n", out var id) ? new(clear[32..], id) : throw Bad();
        }
        catch (FormatException)
        {
            throw Bad();
        }
    }

    private static RefusalException Bad() =>
        RefusalException.Invalid("This cursor is not one of ours. Start the list again without it.", new Dictionary<string, string> { ["cursor"] = "Not a cursor." });
}
