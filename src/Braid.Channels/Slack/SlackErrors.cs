using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Every no of Slack's, as what it means for the message.</summary>
internal static class SlackErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered said || said.Json.Text("error") is not { } error) { return Outcomes.Of(answer, "Slack"); }
        return error switch
        {
            // Posting is limited per channel (about one a second), so only this thread waits.
            "ratelimited" or "rate_limited" => new SendResult.Retry("Slack asks to slow down", said.RetryAfter),
            "message_limit_exceeded" => new SendResult.Retry("This workspace's message limit is used up", said.RetryAfter ?? TimeSpan.FromMinutes(5)) { WholeInbox = true },
            "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" =>
                new SendResult.Retry("Slack is in trouble", said.RetryAfter) { ProviderDown = true },
            "invalid_auth" or "not_authed" or "account_inactive" or "token_revoked" or "token_expired" or "org_login_required" => new SendResult.Failed(
                FailureKind.Credentials, "Slack does not accept the bot token. Install the app again and copy its token, or sign in again.", error),
            "missing_scope" => new SendResult.Failed(
                FailureKind.Configuration, $"The Slack app lacks the scope {said.Json.Text("needed") ?? "it needs"}. Add it under OAuth & Permissions and install the app again.", error),
            "not_in_channel" => new SendResult.Failed(
                FailureKind.Configuration, "The Slack app is not in this channel. Write /invite and the app's name there, then send again.", error),
            "no_permission" or "ekm_access_denied" or "not_allowed_token_type" or "access_denied" or "team_access_not_granted" => new SendResult.Failed(
                FailureKind.Configuration, "The workspace does not let the Slack app do this. Ask an admin of the workspace.", error),
            _ when error.StartsWith("restricted_action", StringComparison.Ordinal) => new SendResult.Failed(
                FailureKind.Configuration, "A rule of the workspace forbids posting here. Ask an admin of the workspace.", error),
            "channel_not_found" or "is_archived" or "user_not_found" or "user_disabled" or "cannot_dm_bot" or "messages_tab_disabled" or "users_not_found" => new SendResult.Failed(
                FailureKind.Unreachable, "Slack can't deliver here: the person or channel is gone, archived or closed to the app.", error),
            "no_text" => new SendResult.Failed(FailureKind.Content, "The message is empty. Write a text or add a file.", error),
            "msg_too_long" or "msg_blocks_too_long" => new SendResult.Failed(FailureKind.Content, "The text is too long for Slack. Shorten it.", error),
            "thread_not_found" or "cant_update_message" or "message_not_found" or "edit_window_closed" or "cant_delete_message" or "cant_edit" => new SendResult.Failed(
                FailureKind.Content, "Slack no longer lets the app change or answer that message.", error),
            "invalid_blocks" or "invalid_blocks_format" or "too_many_attachments" or "invalid_arguments" or "invalid_name" or "file_not_found" or "file_upload_size_restricted" =>
                new SendResult.Failed(FailureKind.Content, "Slack does not take this content. Send it simpler: plain text, fewer buttons or another file.", error),
            _ when said.Status >= 500 => new SendResult.Retry("Slack is in trouble", said.RetryAfter) { ProviderDown = true },
            _ when said.Status == 429 => new SendResult.Retry("Slack asks to slow down", said.RetryAfter),
            _ => new SendResult.Failed(FailureKind.Other, $"Slack refused the message ({error}).", error),
        };
    }
}
