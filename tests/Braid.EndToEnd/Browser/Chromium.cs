using Braid.Testing;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

[CollectionDefinition(Name)]
public sealed class InABrowser : ICollectionFixture<Chromium>
{
    public const string Name = "in a browser";
}

/// <summary>One browser for all tests; each test has a context of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why nothing can be seen here, or null.</summary>
    public static string? Missing { get; } = Program() is null ? "Chromium is not installed: the workspace was not tested in a browser." : WebRoot.Missing;

    public async ValueTask InitializeAsync()
    {
        if (Program() is not { } program || WebRoot.Missing is not null) { return; }
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Headless = true, Args = Arguments, Timeout = 60_000 });
    }

    /// <summary>Skips the test where there is no browser, unless everything must run.</summary>
    internal static void Require() => Assert.SkipWhen(Missing is not null && !MailServers.MustRun, Missing ?? "");

    public async Task<Tab> OpenAsync(Uri braid, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await (browser ?? throw new InvalidOperationException(Missing)).NewContextAsync(new()
        {
            BaseURL = braid.ToString(), ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, Locale = "en-GB", ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        // As an init script, because our pages' policy lets no script in but our own.
        await context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        return new Tab(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) { await browser.CloseAsync(); }
        playwright?.Dispose();
    }

    private static string? Program() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").SelectMany(d => Names.Select(n => Path.Combine(d, n))).FirstOrDefault(File.Exists);
}
