using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Braid.Platform.Data;

/// <summary>SQLite keeps ids as 16 big-endian bytes, so that they compare as PostgreSQL's uuid does.</summary>
internal sealed class IdToBytes<T>() : ValueConverter<Id<T>, byte[]>(id => id.Value.ToByteArray(true), bytes => new Id<T>(new Guid(bytes, true)));

internal sealed class IdToGuid<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new Id<T>(value));

internal sealed class GuidToBytes() : ValueConverter<Guid, byte[]>(id => id.ToByteArray(true), bytes => new Guid(bytes, true));

internal sealed class InstantToMilliseconds()
    : ValueConverter<DateTimeOffset, long>(at => at.ToUnixTimeMilliseconds(), ms => DateTimeOffset.FromUnixTimeMilliseconds(ms));

/// <summary>Enums are stored as their camelCase name, so that raw SQL and people read them.</summary>
internal sealed class EnumToName<TEnum>() : ValueConverter<TEnum, string>(value => EnumNames.Of(value), name => EnumNames.Parse<TEnum>(name))
    where TEnum : struct, Enum;

internal static class EnumNames
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Cache<TEnum>.Names.TryGetValue(value, out var name) ? name : JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static TEnum Parse<TEnum>(string name)
        where TEnum : struct, Enum => Cache<TEnum>.Values.TryGetValue(name, out var value) ? value : Enum.Parse<TEnum>(name, ignoreCase: true);

    private static class Cache<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> Names =
            Enum.GetValues<TEnum>().Distinct().ToDictionary(v => v, v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));

        public static readonly Dictionary<string, TEnum> Values = Names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);
    }
}
