namespace Braid.Accounts.Teams;

/// <summary>Whether an agent takes new work at a moment, and if not, why. Pure.</summary>
internal static class Availability
{
    /// <summary>Screens say that they are open every 20 s; after three that did not come, nobody is there.</summary>
    public static readonly TimeSpan SeenFor = TimeSpan.FromSeconds(75);
    /// <summary>Nothing touched for so long: away.</summary>
    public static readonly TimeSpan ActiveFor = TimeSpan.FromMinutes(15);

    /// <param name="shift">Null: no shifts.</param>
    public static AgentAvailability Of(AgentWork? work, WeekHours? shift, bool onLeave, DateTimeOffset now)
    {
        if (work?.SeenAt is not { } seen || now - seen > SeenFor) { return AgentAvailability.Offline; }
        switch (StatusAt(work, now))
        {
            case WorkStatus.Offline: return AgentAvailability.Offline;
            case WorkStatus.Away: return AgentAvailability.Away;
            case WorkStatus.Busy: return AgentAvailability.Busy;
            case WorkStatus.Online: break;
            default:
                if (onLeave) { return AgentAvailability.OnLeave; }
                if (shift?.IsOpen(now) == false) { return AgentAvailability.OffShift; }
                if (work.ActiveAt is { } active && now - active > ActiveFor) { return AgentAvailability.Away; }
                break;
        }

        return work.WrapUpUntil > now ? AgentAvailability.WrapUp : AgentAvailability.Online;
    }

    /// <summary>What they said, while it holds.</summary>
    public static WorkStatus StatusAt(AgentWork work, DateTimeOffset now) => work.StatusUntil <= now ? WorkStatus.Automatic : work.Status;
}

internal enum AgentAvailability { Online, Busy, Away, WrapUp, OffShift, OnLeave, Offline }
