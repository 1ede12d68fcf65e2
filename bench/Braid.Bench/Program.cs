using System.CommandLine;
using Braid.Bench;
using Braid.Bench.Identity;
using Braid.Bench.Naive;
using Braid.Bench.Routing;

var root = new RootCommand("Measures Braid against floors and against the naive way, on this machine. Each command prints tables with medians.")
{
    IngestBench.Create(), AckBench.Create(), KillBench.Create(), StartBench.Create(), SpineBench.Create(), ReadBench.Create(), VerifyBench.Create(), IdentityBench.Create(), ImportBench.Create(), TimelineBench.Create(), RoutingBench.Create(), DecisionBench.Create(), RaceBench.CreateRace(), RaceBench.CreatePlace(), RaceBench.CreateWhatIf(), NaiveServer.Create(),
};
return await root.Parse(args).InvokeAsync();
