namespace Braid.Simulator;

/// <summary>One try of a provider to post a webhook. <paramref name="Status"/> is null when no answer came.</summary>
public sealed record WebhookAttempt(SimulatedProvider Provider, Uri Address, int Events, int Attempt, int? Status, string? Problem);
