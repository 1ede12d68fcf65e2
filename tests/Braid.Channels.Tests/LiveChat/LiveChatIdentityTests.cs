using System.Security.Cryptography;
using System.Text;
using Braid.Channels.LiveChat;
using static Braid.Channels.Tests.LiveChat.Tokens;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatIdentityTests
{
    private static readonly LiveChatSettings Settings = new() { IdentitySecret = Secret };

    public static TheoryData<string, IdentityProblem> Refusals() => new()
    {
        { "", IdentityProblem.Malformed },
        { "abc", IdentityProblem.Malformed },
        { "a.b", IdentityProblem.Malformed },
        { "..", IdentityProblem.Malformed },
        { "!!!.???.***", IdentityProblem.Malformed },
        { Signed(Claims()) + ".more.parts", IdentityProblem.Malformed },
        { Signed(new string('x', 9000)), IdentityProblem.Malformed },
        { Signed("""["not","an","object"]"""), IdentityProblem.Malformed },
        { Unsigned("none"), IdentityProblem.WrongAlgorithm },
        { Unsigned("None"), IdentityProblem.WrongAlgorithm },
        { Unsigned("HS256"), IdentityProblem.WrongSignature },
        { Signed(Claims(), """{"alg":"none"}"""), IdentityProblem.WrongAlgorithm },
        { Signed(Claims(), """{"alg":"hs256"}"""), IdentityProblem.WrongAlgorithm },
        { Signed(Claims(), """{"alg":"HS512"}"""), IdentityProblem.WrongAlgorithm },
        { Signed(Claims(), """{"alg":"RS256"}"""), IdentityProblem.WrongAlgorithm },
        { Signed(Claims(), """{"typ":"JWT"}"""), IdentityProblem.WrongAlgorithm },
        { SignedByRsa(), IdentityProblem.WrongAlgorithm },
        { Signed(Claims(), secret: "another-secret-of-at-least-32-characters"), IdentityProblem.WrongSignature },
        { Signed(Claims(), secret: Secret + " "), IdentityProblem.WrongSignature },
        { Tampered(), IdentityProblem.WrongSignature },
        { Signed("""{"sub":"42"}"""), IdentityProblem.NoExpiry },
        { Signed("""{"sub":"42","exp":null}"""), IdentityProblem.Malformed },
        { Signed("""{"sub":"42","exp":"4102444800"}"""), IdentityProblem.NoExpiry },
        { Signed("""{"sub":"42","exp":1e300}"""), IdentityProblem.Malformed },
        { Signed("""{"sub":"42","exp":-5}"""), IdentityProblem.NoExpiry },
        { Signed(Claims(secondsLeft: -60)), IdentityProblem.Expired },
        { Signed(Claims(secondsLeft: -86_400)), IdentityProblem.Expired },
        { Signed(Claims($"\"nbf\":{Now.ToUnixTimeSeconds() + 61}")), IdentityProblem.NotYetValid },
        { Signed($$"""{"exp":{{Now.ToUnixTimeSeconds() + 60}}}"""), IdentityProblem.NoUser },
        { Signed($$"""{"sub":"  ","exp":{{Now.ToUnixTimeSeconds() + 60}}}"""), IdentityProblem.NoUser },
        { Signed($$"""{"sub":42,"exp":{{Now.ToUnixTimeSeconds() + 60}}}"""), IdentityProblem.NoUser },
        { Signed($$"""{"sub":"{{new string('u', 256)}}","exp":{{Now.ToUnixTimeSeconds() + 60}}}"""), IdentityProblem.NoUser },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_token_that_proves_nothing_is_refused_by_name(string token, IdentityProblem problem) =>
        LiveChatIdentity.Verify(token, Settings, Now).ShouldBeOfType<IdentityVerdict.Refused>().Problem.ShouldBe(problem);

    [Theory]
    [InlineData(600)]
    [InlineData(0)]
    [InlineData(-59)]
    public void A_good_token_names_the_user_with_a_minute_of_grace(long secondsLeft) =>
        LiveChatIdentity.Verify(Signed(Claims(secondsLeft: secondsLeft)), Settings, Now)
            .ShouldBe(new IdentityVerdict.Proven(new LiveChatUser("42")));

    [Fact]
    public void A_token_may_start_a_minute_ahead_of_our_clock() =>
        LiveChatIdentity.Verify(Signed(Claims($"\"nbf\":{Now.ToUnixTimeSeconds() + 60}")), Settings, Now).ShouldBeOfType<IdentityVerdict.Proven>();

    [Theory]
    [InlineData("\"name\":\" Maya P. \"", "Maya P.", null, false, null, false)]
    [InlineData("\"email\":\"Maya@Example.ORG\",\"email_verified\":true", null, "maya@example.org", true, null, false)]
    [InlineData("\"email\":\"maya@example.org\"", null, "maya@example.org", false, null, false)]
    [InlineData("\"email\":\"maya@example.org\",\"email_verified\":\"true\"", null, "maya@example.org", false, null, false)]
    [InlineData("\"email\":\"maya@example.org\",\"email_verified\":1", null, "maya@example.org", false, null, false)]
    [InlineData("\"email\":\"no address\",\"email_verified\":true", null, null, false, null, false)]
    [InlineData("\"phone\":\"+65 8123 (44-55)\",\"phone_verified\":true", null, null, false, "+6581234455", true)]
    [InlineData("\"phone\":\"8123 4455\",\"phone_verified\":true", null, null, false, null, false)]
    public void Only_what_is_signed_as_verified_counts_as_verified(string claims, string? name, string? email, bool emailOk, string? phone, bool phoneOk) =>
        LiveChatIdentity.Verify(Signed(Claims(claims)), Settings, Now).ShouldBe(new IdentityVerdict.Proven(new LiveChatUser("42")
        {
            Name = name, Email = email, EmailVerified = emailOk, Phone = phone, PhoneVerified = phoneOk,
        }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_secret_nobody_is_proven(string? secret)
    {
        var token = Signed(Claims(), secret: "");
        LiveChatIdentity.Verify(token, new LiveChatSettings { IdentitySecret = secret }, Now)
            .ShouldBeOfType<IdentityVerdict.Refused>().Problem.ShouldBe(IdentityProblem.NotConfigured);
    }

    private static string Unsigned(string alg) => Url($$"""{"alg":"{{alg}}"}""") + "." + Url(Claims()) + ".";

    private static string Tampered()
    {
        var parts = Signed(Claims()).Split('.');
        return $"{parts[0]}.{Url(Claims().Replace("42", "43", StringComparison.Ordinal))}.{parts[2]}";
    }

    private static string SignedByRsa()
    {
        using var rsa = RSA.Create(2048);
        var content = Url("""{"alg":"RS256","typ":"JWT"}""") + "." + Url(Claims());
        return content + "." + Url(rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
