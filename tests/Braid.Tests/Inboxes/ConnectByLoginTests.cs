using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Inboxes;

/// <summary>An admin signs in at the provider: state and PKCE, once, within ten minutes, and only for who began.</summary>
public class ConnectByLoginTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_sign_in_brings_the_tokens_into_the_settings(string engine)
    {
        await using var braid = await StartAsync(engine);
        var (id, url) = await BeginAsync(braid, braid.Api);
        var asked = HttpUtility.ParseQueryString(url.Query);
        asked["challenge"].ShouldNotBeNullOrEmpty();
        asked["redirect"]!.ShouldEndWith("/app/settings/inboxes/connected");

        var finished = await FinishAsync(braid.Api, asked["state"]!, "good");

        finished["inboxId"].GetGuid().ToString().ShouldBe(id);
        finished.Raw.ShouldNotContain("problem\":\"");
        var inbox = (await braid.Api.GetJsonAsync($"/inboxes/{id}")).Is(HttpStatusCode.OK);
        inbox["secretsSet"].GetRawText().ShouldContain("accessToken");
        (await FinishAsync(braid.Api, asked["state"]!, "good"))["problem"].GetString()!.ShouldContain("Begin again", customMessage: "a state is good once");
    }

    [Fact]
    public async Task A_refusal_a_foreign_state_and_another_admin_change_nothing()
    {
        await using var braid = await StartAsync("sqlite");
        var other = await braid.JoinAsync("admin", "other@braid.example");
        var (id, url) = await BeginAsync(braid, braid.Api);
        var state = HttpUtility.ParseQueryString(url.Query)["state"]!;

        (await FinishAsync(other, state, "good"))["problem"].GetString()!.ShouldContain("Begin again");
        (await FinishAsync(braid.Api, "made-up", "good"))["problem"].GetString()!.ShouldContain("Begin again");
        (await FinishAsync(braid.Api, state, "bad"))["problem"].GetString().ShouldBe("The code was not accepted. Sign in again.");
        (await braid.Api.GetJsonAsync($"/inboxes/{id}"))["secretsSet"].GetRawText().ShouldBe("[]");

        var (_, late) = await BeginAsync(braid, braid.Api, id);
        braid.Clock.Advance(TimeSpan.FromMinutes(11));
        (await FinishAsync(braid.Api, HttpUtility.ParseQueryString(late.Query)["state"]!, "good"))["problem"].GetString()!.ShouldContain("took too long");
    }

    [Fact]
    public async Task What_must_be_filled_in_first_is_named()
    {
        await using var braid = await StartAsync("sqlite");
        var made = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "door", name = "S", settings = new { } })).Is(HttpStatusCode.Created);
        (await braid.Api.PostJsonAsync($"/inboxes/{made.Text("id")}/login")).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("settings.clientId", out _).ShouldBeTrue();
    }

    private static Task<TestBraid> StartAsync(string engine) => TestBraid.StartAsync(
        Engines.Parse(engine), configure: b => b.Services.Replace(ServiceDescriptor.Singleton(new ChannelRegistry([new DoorChannel()]))));

    private static async Task<(string Id, Uri Url)> BeginAsync(TestBraid braid, HttpClient by, string? id = null)
    {
        id ??= (await braid.Api.PostJsonAsync("/inboxes", new { channel = "door", name = "S", settings = new { clientId = "c" } })).Is(HttpStatusCode.Created).Text("id");
        return (id, new Uri((await by.PostJsonAsync($"/inboxes/{id}/login")).Is(HttpStatusCode.OK).Text("url")));
    }

    private static async Task<Answer> FinishAsync(HttpClient by, string state, string code) =>
        (await by.PostJsonAsync("/inboxes/login/finish", new { query = new { state, code } })).Is(HttpStatusCode.OK);

    private sealed class DoorChannel : Channel<DoorChannel.DoorSettings>
    {
        public override ChannelDescriptor Descriptor { get; } = new()
        {
            Id = "door", Name = "Door", Summary = "A test.", SettingsType = typeof(DoorSettings), Capabilities = new(), Limits = new(),
        };

        protected override IReceiver<DoorSettings> Receiver => throw new NotSupportedException();
        protected override ISender<DoorSettings> Sender => throw new NotSupportedException();
        protected override ILogin<DoorSettings> Login { get; } = new Door();

        public sealed record DoorSettings : ChannelSettings
        {
            [Setting("Client id")]
            public string? ClientId { get; init; }

            [Setting("Access token", Secret = true)]
            public string? AccessToken { get; init; }
        }

        private sealed class Door : ILogin<DoorSettings>
        {
            public Uri Begin(DoorSettings settings, LoginRequest request) => settings.ClientId is null
                ? throw new SettingsException(new Dictionary<string, string> { ["clientId"] = "Enter the client id." })
                : new($"https://door.example/authorize?state={request.State}&challenge={request.CodeChallenge}&redirect={Uri.EscapeDataString(request.RedirectUri.AbsoluteUri)}");

            public Task<LoginOutcome> FinishAsync(LoginAnswer answer, DoorSettings settings, ProviderContext context, CancellationToken ct) => Task.FromResult<LoginOutcome>(
                answer.Code == "good" && answer.CodeVerifier.Length >= 43
                    ? new LoginOutcome.Connected(new JsonObject { ["accessToken"] = "fresh" })
                    : new LoginOutcome.Refused("The code was not accepted. Sign in again."));
        }
    }
}
