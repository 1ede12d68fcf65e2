using System.CommandLine;
using Braid.Commands;

var root = new RootCommand("Braid: one conversation with each customer, on every channel.")
{
    ServeCommand.Create(), DemoCommand.Create(), ReadCommand.Create(), MigrateCommand.Create(), ScaffoldCommand.Create(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((parsed, ct) => ServeCommand.RunAsync([.. parsed.UnmatchedTokens], ct));
return await root.Parse(args).InvokeAsync();
