using System.Text.Json;
using Braid.Testing;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>A browser's tab as somebody uses it: by what is written on the screen, never by class names.</summary>
public sealed class Tab : IAsyncDisposable
{
    // What axe calls serious or worse; a lesser finding is a matter of taste.
    private const string Audit = """
        async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
            .filter(v => v.impact === 'serious' || v.impact === 'critical')
            .map(v => v.id + ': ' + v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))
        """;

    private readonly IBrowserContext context;
    private readonly List<string> errors = [];
    private bool troubled;

    internal Tab(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.PageError += (_, error) => errors.Add(error);
        page.Response += (_, response) => { if (response.Status >= 500 && !troubled) { errors.Add($"{response.Status} {response.Url}"); } };
    }

    public IPage Page { get; }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    /// <summary>A text field, where a form around it has the same name.</summary>
    public ILocator Box(string label) => Page.GetByRole(AriaRole.Textbox, new() { Name = label, Exact = true });

    public ILocator Text(string text) => Page.GetByText(text);

    public ILocator Thread => Page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Conversation with") });

    public async Task SignInAsync()
    {
        await Page.GotoAsync("/app/");
        await Field("Email").FillAsync(TestBraid.OwnerEmail);
        await Field("Password").FillAsync(TestBraid.OwnerPassword);
        await Button("Sign in").ClickAsync();
        await SeesAsync(Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Inbox") }).First);
    }

    public static Task SeesAsync(ILocator what) => Assertions.Expect(what).ToBeVisibleAsync(new() { Timeout = 30_000 });

    public static Task SeesNoMoreAsync(ILocator what) => Assertions.Expect(what).ToBeHiddenAsync(new() { Timeout = 30_000 });

    /// <summary>The test breaks the server; its 503s are meant.</summary>
    public void ExpectsTrouble() => troubled = true;

    public Task PressAsync(string key) => Page.Keyboard.PressAsync(key);

    /// <summary>Nothing on this screen keeps people out.</summary>
    public async Task IsAccessibleAsync(string screen)
    {
        var found = await Page.EvaluateAsync<JsonElement>(Audit);
        found.EnumerateArray().Select(v => v.GetString()).ShouldBeEmpty($"on {screen}");
    }

    /// <summary>Nothing reaches beyond the side of the screen.</summary>
    public async Task FitsAsync(string screen) =>
        (await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, $"{screen} is wider than the window");

    /// <summary>For people: BRAID_TEST_SHOTS names a folder.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("BRAID_TEST_SHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        errors.ShouldBeEmpty("no script failed and the server answered everything");
    }
}
