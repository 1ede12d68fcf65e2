using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Tests.Common;

public sealed class PersonAnswersTests
{
    private static readonly JsonElement Nobody = JsonSerializer.Deserialize<JsonElement>("{}");

    [Fact]
    public void What_providers_answer_to_who_is_this()
    {
        Ask(new ProviderAnswer.Answered(200, JsonSerializer.Deserialize<JsonElement>("{\"name\":\" Kim Lee \"}"), null)).ShouldBe(new PersonAnswer.Found("Kim Lee"));
        Ask(new ProviderAnswer.Answered(200, Nobody, null)).ShouldBeOfType<PersonAnswer.Unknown>();
        Ask(new ProviderAnswer.Answered(404, Nobody, null)).ShouldBeOfType<PersonAnswer.Unknown>();
        Ask(new ProviderAnswer.Answered(403, Nobody, null)).ShouldBeOfType<PersonAnswer.Unknown>();
        Ask(new ProviderAnswer.Answered(429, Nobody, TimeSpan.FromSeconds(9))).ShouldBeOfType<PersonAnswer.NotNow>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(9));
        Ask(new ProviderAnswer.Answered(503, Nobody, null)).ShouldBeOfType<PersonAnswer.NotNow>();
        Ask(new ProviderAnswer.NotSent("connection refused")).ShouldBeOfType<PersonAnswer.NotNow>();
        Ask(new ProviderAnswer.NoAnswer("no answer in time")).ShouldBeOfType<PersonAnswer.NotNow>();
    }

    [Fact]
    public async Task A_refused_sign_in_is_asked_again_later()
    {
        (await PersonAnswers.FindAsync(() => throw new TokenRefusedException("no", "sign in"))).ShouldBeOfType<PersonAnswer.NotNow>().RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        (await PersonAnswers.FindAsync(() => throw new TokenUnavailableException("away"))).ShouldBeOfType<PersonAnswer.NotNow>();
    }

    private static PersonAnswer Ask(ProviderAnswer answer) => PersonAnswers.Of(answer, said => PersonAnswers.Named(said.Text("name")));
}
