namespace Braid.Platform;

/// <summary>Settings of this server, from the usual ASP.NET sources under `Braid` (`Braid__DataPath`, ...).</summary>
internal sealed class BraidOptions
{
    public const string Section = "Braid";

    /// <summary>Where SQLite's file, attachments and the master key lie. Default `./data`.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>What the world calls this server, such as `https://braid.example`. Signatures that cover the URL are checked against it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>`web`, `worker` or both (default): web takes requests and webhooks, worker listens, sends and runs jobs.</summary>
    public string Roles { get; set; } = "web,worker";

    /// <summary>How long after the start background work begins. Real time, not the product's clock.</summary>
    public TimeSpan BackgroundAfter { get; set; } = TimeSpan.FromSeconds(1);

    public SecurityOptions Security { get; set; } = new();

    public BootstrapOptions Bootstrap { get; set; } = new();

    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Before there are services to ask.</summary>
    public static BraidOptions Of(IConfiguration configuration) => configuration.GetSection(Section).Get<BraidOptions>() ?? new();

    public bool IsWeb => Has("web");

    public bool IsWorker => Has("worker");

    internal string[] RoleNames => Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private bool Has(string role) => RoleNames.Contains(role, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Who may read `/metrics`: who shows the token, or without one this machine alone.</summary>
internal sealed class MetricsOptions
{
    public string? Token { get; set; }

    /// <summary>Names workspaces in the labels. Off: whoever watches the server need not know its tenants.</summary>
    public bool PerWorkspace { get; set; }
}

internal sealed class SecurityOptions
{
    /// <summary>Base64 or any long text; wraps the key ring. Default: `master.key` in the data path, made at first start.</summary>
    public string? MasterKey { get; set; }

    /// <summary>Adapters and outgoing webhooks may call private addresses. Default: only in Development.</summary>
    public bool? AllowPrivateTargets { get; set; }

    /// <summary>Addresses or networks (`10.0.0.0/8`) of reverse proxies whose X-Forwarded-* headers are believed; this machine always is.</summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>PBKDF2 rounds of new password hashes. Not bound to configuration: only tests take fewer.</summary>
    internal int PasswordIterations { get; set; } = 600_000;
}

/// <summary>Makes the first owner at first start; without it the first visitor is led through setup with the console's one-time code.</summary>
internal sealed class BootstrapOptions
{
    public string? Email { get; set; }
    public string? Password { get; set; }
    public string? ApiToken { get; set; }
}
