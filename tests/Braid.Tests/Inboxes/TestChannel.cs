using System.ComponentModel.DataAnnotations;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Inboxes;

/// <summary>A channel whose provider is a switch in the test.</summary>
internal sealed class TestChannel : Channel<TestChannel.TestSettings>
{
    public string? Broken { get; set; }

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "test", Name = "Test", Summary = "A test.", SettingsType = typeof(TestSettings), Capabilities = new(), Limits = new(), KeyInUrl = true,
        ReplyWindow = TimeSpan.FromHours(24), ConnectSteps = ["Post to {webhookUrl}."],
    };

    protected override IReceiver<TestSettings> Receiver => throw new NotSupportedException();
    protected override ISender<TestSettings> Sender => throw new NotSupportedException();
    protected override ISetup<TestSettings> Setup => new Asker(this);

    public static Task<TestBraid> StartAsync(string engine, TestChannel? channel = null, string? connectionString = null) =>
        TestBraid.StartAsync(Engines.Parse(engine), connectionString, configure: b => Add(b, channel));

    public static void Add(WebApplicationBuilder builder, TestChannel? channel = null)
    {
        builder.Services.Replace(ServiceDescriptor.Singleton(new ChannelRegistry([channel ?? new TestChannel(), new TestHub()])));
    }

    public sealed record TestSettings : ChannelSettings
    {
        [Setting("Token", Secret = true), Required(ErrorMessage = "Enter the token.")]
        public string Token { get; init; } = "";

        [Setting("Number"), RegularExpression("^[0-9]+$", ErrorMessage = "Digits only.")]
        public string? Number { get; init; }

        [Setting("Rate"), Range(1, 10)]
        public int Rate { get; init; } = 5;

        public override string? Account => Number;

        public override string? Address => Number is null ? null : "+" + Number;
    }

    private sealed class Asker(TestChannel channel) : ISetup<TestSettings>
    {
        public Task<IReadOnlyList<CheckStep>> CheckAsync(TestSettings settings, ConnectContext context, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<CheckStep>>(channel.Broken is null
                ? [new("Token", true, "Accepted."), new("Webhook", true, context.WebhookUrl.AbsolutePath)]
                : [new("Token", true, "Accepted."), new("Webhook", false, channel.Broken, "Mend it.")]);

        public Task<IReadOnlyList<CheckStep>> ConnectAsync(TestSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
    }

    internal sealed class TestHub : Channel<TestHub.HubSettings>
    {
        public override ChannelDescriptor Descriptor { get; } = new()
        {
            Id = "hub", Name = "Hub", Summary = "A test.", SettingsType = typeof(HubSettings), Capabilities = new(), Limits = new(), Ingress = Ingress.Hub,
        };

        protected override IReceiver<HubSettings> Receiver => throw new NotSupportedException();
        protected override ISender<HubSettings> Sender => throw new NotSupportedException();

        public sealed record HubSettings : ChannelSettings;
    }
}
