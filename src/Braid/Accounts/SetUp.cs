using System.ComponentModel.DataAnnotations;
using Braid.Platform.Http;

namespace Braid.Accounts;

/// <summary>The first visitor, who can read the console, becomes the owner.</summary>
internal sealed class SetUp(FirstOwner first, SetupCode code, SignInThrottle throttle, Sessions sessions, DemoMode demo)
{
    public sealed record Request(
        [MaxLength(40)] string Code, [Required, MaxLength(200)] string WorkspaceName, [Required, MaxLength(200)] string Name, string Email,
        [MinLength(Passwords.Shortest), MaxLength(Passwords.Longest)] string Password);

    public async Task<SetupView> ShowAsync(CancellationToken ct) => new(await first.IsMissingAsync(ct), demo.Enabled);

    public async Task<SessionView> RunAsync(Request request, HttpContext context, CancellationToken ct)
    {
        var address = SignInThrottle.Address(context);
        await throttle.CheckAsync(ct, address);
        if (!await first.IsMissingAsync(ct))
        {
            throw Done();
        }

        if (!code.Fits(request.Code))
        {
            await throttle.FailedAsync(ct, address);
            throw new RefusalException("wrong_code", "This is not the code that Braid printed to its console at start.", StatusCodes.Status422UnprocessableEntity)
            {
                Errors = new Dictionary<string, string> { ["code"] = "Not the code from the console." },
            };
        }

        var user = await first.MakeAsync(new(request.WorkspaceName, request.Name, Emails.Normal(request.Email), request.Password), ct) ?? throw Done();
        return await sessions.OpenAsync(user.Id, context, ct);
    }

    private static RefusalException Done() => new("conflict", "Braid is set up already. Sign in.");
}
