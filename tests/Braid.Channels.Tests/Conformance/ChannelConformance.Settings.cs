using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    [Fact]
    public void Settings_survive_a_round_trip()
    {
        var json = JsonSerializer.SerializeToElement(Settings, Channel.Descriptor.SettingsType, SettingsReader.Json);

        var again = JsonSerializer.SerializeToElement(Channel.ParseSettings(json), Channel.Descriptor.SettingsType, SettingsReader.Json);
        JsonElement.DeepEquals(again, json).ShouldBeTrue();
    }

    [Fact]
    public void A_missing_required_setting_is_named_and_explained()
    {
        var required = SettingsReader.Schema(Channel.Descriptor.SettingsType)["required"]!.AsArray().Select(n => n!.GetValue<string>()).ToList();
        foreach (var name in required)
        {
            var json = JsonNode.Parse(SettingsJson)!.AsObject();
            json.Remove(name);

            var refused = Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonSerializer.SerializeToElement(json)));

            refused.Problems.Keys.ShouldContain(name);
            refused.Problems[name].ShouldNotContain("field is required", customMessage: "say what to do instead");
        }
    }

    [Fact]
    public void Every_secret_is_marked_and_described()
    {
        var schema = SettingsReader.Schema(Channel.Descriptor.SettingsType)["properties"]!.AsObject();
        foreach (var (name, property) in schema)
        {
            property!["title"]!.GetValue<string>().ShouldNotBeEmpty();
            var sounds = name.EndsWith("token", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
                || name.Contains("password", StringComparison.OrdinalIgnoreCase);
            if (sounds && !PublicSettings.Contains(name)) ((bool?)property["writeOnly"]).ShouldBe(true, $"{name} sounds like a secret");
        }
    }

    [Fact]
    public void The_form_shows_what_holds_while_nobody_chooses()
    {
        var untouched = JsonSerializer.SerializeToElement(Activator.CreateInstance(Channel.Descriptor.SettingsType), Channel.Descriptor.SettingsType, SettingsReader.Json);
        foreach (var (name, property) in SettingsReader.Schema(Channel.Descriptor.SettingsType)["properties"]!.AsObject())
        {
            var holds = untouched.TryGetProperty(name, out var value) ? value : default;
            if (property!["default"] is { } shown) { JsonElement.DeepEquals(JsonSerializer.SerializeToElement(shown), holds).ShouldBeTrue(name); }
            else if (property["enum"] is not null) { holds.ValueKind.ShouldBeOneOf(JsonValueKind.Undefined, JsonValueKind.Null); }
        }
    }

    /// <summary>Settings that sound secret but are shown on purpose.</summary>
    protected virtual IReadOnlyList<string> PublicSettings => [];

    [Fact]
    public void Settings_never_print_their_secrets()
    {
        ShouldHoldNoSecret(Settings.ToString());
        ShouldHoldNoSecret($"{Settings}");
    }

    [Fact]
    public async Task Checking_and_connecting_explain_a_dead_line_without_secrets()
    {
        SkipWithoutHttp();
        var line = new BrokenLine(r => new HttpRequestException($"no route to {r.RequestUri} {r.Headers}"), takesBody: false);
        var context = new ConnectContext(new HttpClient(line), TimeProvider.System, new Uri("https://braid.example.com/webhooks/x/1"));
        var steps = (await Channel.CheckAsync(Settings, context, default)).Concat(await Channel.ConnectAsync(Settings, context, default));
        foreach (var step in steps)
        {
            ShouldHoldNoSecret(step.ToString());
            if (!step.Ok) step.Fix.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task A_file_or_template_that_cannot_be_had_is_explained_without_secrets()
    {
        SkipWithoutHttp();
        Func<HttpRequestMessage, Exception>[] failures =
        [
            r => new HttpRequestException($"no route to {r.RequestUri} {r.Headers}"),
            r => new TaskCanceledException($"timed out {r.RequestUri}", new TimeoutException()),
        ];
        foreach (var failure in failures)
        {
            var context = Context(new BrokenLine(failure, takesBody: true));

            var media = await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("file-1", null), Settings, context, default));
            ShouldHoldNoSecret(media.ToString());

            if (!Channel.Descriptor.Capabilities.Templates) continue;
            var templates = await Should.ThrowAsync<TemplatesUnavailableException>(() => Channel.ListTemplatesAsync(Settings, context, default));
            ShouldHoldNoSecret(templates.ToString());
        }
    }

    [Fact]
    public void The_descriptor_is_complete()
    {
        var descriptor = Channel.Descriptor;
        descriptor.Id.ShouldBe(descriptor.Id.ToLowerInvariant());
        descriptor.Summary.ShouldEndWith(".");
        descriptor.ConnectSteps.ShouldNotBeEmpty();
        descriptor.Limits.TextLength.ShouldBeGreaterThan(1);
        if (descriptor.Capabilities.Attachments) descriptor.Limits.AttachmentBytes.ShouldBeGreaterThan(0);
        typeof(TChannel).IsAssignableTo(ChannelCatalogue.Find(descriptor.Id)?.GetType()).ShouldBeTrue("register it in the catalogue");
    }
}
