using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>The provider's answer to "who is this?".</summary>
internal static class PersonAnswers
{
    /// <param name="read">Null: the answer is a refusal, or names nobody.</param>
    public static PersonAnswer Of(ProviderAnswer answer, Func<JsonElement, PersonAnswer?> read) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes => read(yes.Json) ?? new PersonAnswer.Unknown("the provider tells no name"),
        ProviderAnswer.Answered { Status: 429 or >= 500 } later => new PersonAnswer.NotNow($"the provider answered {later.Status}") { RetryAfter = later.RetryAfter },
        ProviderAnswer.Answered no => new PersonAnswer.Unknown($"the provider answered {no.Status}"),
        ProviderAnswer.NotSent lost => new PersonAnswer.NotNow(lost.Reason),
        ProviderAnswer.NoAnswer lost => new PersonAnswer.NotNow(lost.Reason),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>A sign-in that is at fault is mended by an admin; the name can wait.</summary>
    public static async Task<PersonAnswer> FindAsync(Func<Task<PersonAnswer>> find)
    {
        try
        {
            return await find();
        }
        catch (TokenRefusedException no)
        {
            return new PersonAnswer.NotNow(no.Message) { RetryAfter = TimeSpan.FromHours(1) };
        }
        catch (TokenUnavailableException away)
        {
            return new PersonAnswer.NotNow(away.Message);
        }
    }

    /// <summary>The address of a picture as providers tell it: https (http only for a simulator), else none.</summary>
    public static Uri? Picture(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) ? uri : null;

    public static PersonAnswer? Named(string? name) => string.IsNullOrWhiteSpace(name) ? null : new PersonAnswer.Found(name.Trim());
}
