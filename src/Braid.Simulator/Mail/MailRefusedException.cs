namespace Braid.Simulator.Mail;

/// <summary>The receiving server did not take a mail; the message is its reply.</summary>
public sealed class MailRefusedException(string reply) : Exception(reply);
