using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Braid.Tests.Testing;

/// <summary>Counts the statements that one server sends to its database through EF.</summary>
internal sealed class QueryCount : ILoggerProvider, ILogger
{
    private const string Category = "Microsoft.EntityFrameworkCore.Database.Command";
    private readonly List<string> statements = [];

    public IReadOnlyList<string> Statements
    {
        get { lock (statements) { return [.. statements]; } }
    }

    public void Install(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create($"Logging:LogLevel:{Category}", (string?)"Information")]);
        builder.Logging.AddProvider(this);
    }

    public void Reset()
    {
        lock (statements) { statements.Clear(); }
    }

    public ILogger CreateLogger(string categoryName) => categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name?.EndsWith("CommandExecuted", StringComparison.Ordinal) == true)
        {
            lock (statements) { statements.Add(formatter(state, exception)); }
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
