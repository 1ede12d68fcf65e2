using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using ExcelDataReader;

namespace Braid.Imports;

/// <summary>The file can't be read as a table; the message says what to do.</summary>
internal sealed class NotATableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Reads CSV (any usual separator and encoding) and XLSX row by row. Cells are text: formulas are what they last showed, never run. The first
/// row holds the names of the columns.
/// </summary>
internal static class TableReader
{
    public const int LongestCell = 32_767;
    public const int MostColumns = 200;
    private const long MostUnpacked = 1L << 30;

    static TableReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="bytes">Seekable.</param>
    /// <returns>All rows, the header too; cells over the limit come as null.</returns>
    public static IEnumerable<string?[]> Read(Stream bytes, string? encoding)
    {
        Span<byte> start = stackalloc byte[4];
        bytes.Position = 0;
        var read = bytes.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        bytes.Position = 0;
        if (read == 0) { throw new NotATableException("The file is empty."); }
        if (start.StartsWith("PK"u8)) { return Xlsx(bytes); }
        return start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) ? throw new NotATableException("This is an old Excel file (.xls). Save it as .xlsx or .csv.") : Csv(bytes, encoding);
    }

    private static IEnumerable<string?[]> Csv(Stream bytes, string? encoding)
    {
        using var reader = new StreamReader(bytes, Encoded(bytes, encoding), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        // Odd quotes are kept as they stand rather than swallowing the rest of the file.
        using var csv = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true, DetectDelimiterValues = [",", ";", "\t", "|"], BadDataFound = null, MaxFieldSize = 2 * 1024 * 1024, IgnoreBlankLines = true, TrimOptions = TrimOptions.Trim,
        });
        while (true)
        {
            string[]? record;
            try
            {
                if (!csv.Read()) { yield break; }
                record = csv.Record;
            }
            catch (MaxFieldSizeException e)
            {
                throw new NotATableException($"Near line {csv.RawRow} a cell is longer than 2 MB. Is a quotation mark not closed?", e);
            }

            if (record is { Length: > 0 }) { yield return [.. record.Take(MostColumns).Select(Cell)]; }
        }
    }

    private static IEnumerable<string?[]> Xlsx(Stream bytes)
    {
        IExcelDataReader reader;
        try
        {
            using (var zip = new ZipArchive(bytes, ZipArchiveMode.Read, leaveOpen: true))
            {
                if (zip.Entries.Sum(e => e.Length) > MostUnpacked) { throw new NotATableException("Unpacked this spreadsheet is larger than 1 GB. Save it as .csv."); }
            }

            bytes.Position = 0;
            reader = ExcelReaderFactory.CreateOpenXmlReader(bytes);
        }
        catch (Exception e) when (e is not NotATableException)
        {
            throw new NotATableException("This is not a spreadsheet that can be read. Save it anew as .xlsx or .csv.", e);
        }

        using (reader)
        {
            while (reader.Read())
            {
                var row = new string?[Math.Min(reader.FieldCount, MostColumns)];
                for (var i = 0; i < row.Length; i++) { row[i] = Cell(Text(reader.GetValue(i))); }
                if (row.Any(c => !string.IsNullOrEmpty(c))) { yield return row; }
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime date => date.TimeOfDay == TimeSpan.Zero ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : date.ToString("s", CultureInfo.InvariantCulture),
        // A phone number that a spreadsheet took for a number.
        double number => number.ToString(Math.Abs(number) < 1e16 && number == Math.Truncate(number) ? "0" : "R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string? Cell(string? text) => text is null ? "" : text.Length > LongestCell ? null : text.Trim().Replace("\0", "", StringComparison.Ordinal);

    /// <summary>By its mark; else UTF-8 if every byte fits; else as Windows in Western Europe writes.</summary>
    private static Encoding Encoded(Stream bytes, string? named)
    {
        if (named is not null)
        {
            try { return Encoding.GetEncoding(named); }
            catch (ArgumentException e) { throw new NotATableException($"There is no encoding “{named}”. Try utf-8 or windows-1252.", e); }
        }

        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var (buffer, chars) = (new byte[64 * 1024], new char[64 * 1024]);
        try
        {
            int read;
            while ((read = bytes.Read(buffer)) > 0) { decoder.GetChars(buffer.AsSpan(0, read), chars, flush: false); }
            return Encoding.UTF8;
        }
        catch (DecoderFallbackException)
        {
            return Encoding.GetEncoding(1252);
        }
        finally
        {
            bytes.Position = 0;
        }
    }
}
