namespace Braid.Platform.Leases;

/// <summary>Proof of ownership. Writes that only the owner may make name the fence and are refused once it has risen.</summary>
internal sealed record HeldLease(string Name, string Owner, long Fence);
