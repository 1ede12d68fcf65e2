using Braid.Channels;
using Braid.Platform.Http;

namespace Braid.Customers;

/// <summary>A key as somebody typed it, and as it is stored.</summary>
internal sealed record EnteredKey(KeyKind Kind, string Value)
{
    /// <summary>Refuses what is no phone number or email address, naming the field.</summary>
    public EnteredKey Normalised(string? region, string field)
    {
        var value = Kind switch
        {
            KeyKind.Phone => PhoneNumbers.Normalise(Value ?? "", region) ?? throw Invalid("Enter the number with its country code, such as +65 8123 4455.", field),
            KeyKind.Email => EmailAddresses.Normalise(Value ?? "") ?? throw Invalid("Enter an address such as maya@example.org.", field),
            // A signed id proves something because a site signed it; typed by hand it would prove nothing.
            _ => throw Invalid("A key is a phone number or an email address.", field),
        };
        return this with { Value = value };
    }

    private static RefusalException Invalid(string message, string field) => RefusalException.Invalid(message, new Dictionary<string, string> { [field] = message });
}
