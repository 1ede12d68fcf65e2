using Braid.Ingest;
using Braid.Platform.Http;

namespace Braid;

/// <summary>
/// What every request meets, then webhooks, then all the rest. The rest (endpoints, their JSON, sockets, authorization) takes a third of a second to
/// make and is made when the first person or program asks for it: no provider waits for it after a restart.
/// </summary>
internal sealed class FrontDoor : IStartupFilter
{
    /// <summary>Maps the rest; run once, before it is first needed.</summary>
    public Action MapRest { get; set; } = () => { };

    /// <summary>True: made at the start, for the build that asks what the API looks like.</summary>
    public bool AtOnce { get; init; }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => outer =>
    {
        var rest = new Lazy<RequestDelegate>(() =>
        {
            MapRest();
            var inner = outer.New();
            next(inner);
            return inner.Build();
        });
        outer.UseHttpEdge();
        outer.UseWebhooks();
        outer.Run(http => rest.Value(http));
        if (AtOnce) { _ = rest.Value; }
    };
}
