import type { QueryClient } from '@tanstack/react-query';
import { agentsKey } from '~/api/agents';
import { activitiesKey } from '~/api/conversations/activities';
import { countsKey } from '~/api/conversations/counts';
import { detailKey, detailsKey, getConversation } from '~/api/conversations/detail';
import { listsKey } from '~/api/conversations/list';
import { mergeNewest, messagesKey, newestMessages } from '~/api/conversations/messages';
import { dropConversation, putConversation } from '~/api/conversations/upsert';
import { customerKey } from '~/api/customers/customers';
import { suggestionsKey } from '~/api/customers/suggestions';
import { deliveriesKey } from '~/api/deliveries';
import { ApiProblem } from '~/api/http';
import { inboxesKey } from '~/api/inboxes';
import type { Pages } from '~/api/paging';
import { queuesKey, routingKey, storyKey } from '~/api/routing';
import { surveysKey } from '~/api/surveys';
import { teamsKey } from '~/api/teams';
import { ticketsKey } from '~/api/tickets';
import type { EventItem, Message } from '~/api/types';
import { ring, ringsFor } from '~/lib/calls';

/** Above this many changed conversations in one go, reading the lists again is cheaper than reading each. */
const oneByOne = 12;

/** Events carry ids, not contents: what is on screen and changed is read again, everything else only marked stale. */
export class Reactions {
  private conversations = new Set<string>();
  private messages = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: QueryClient,
    private readonly me: () => string,
    private readonly wait = 80,
  ) {}

  apply = (events: EventItem[]) => {
    for (const event of events) {
      if (ringsFor(event, this.me())) ring(event);
      this.one(event);
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, this.wait);
  };

  private one({ kind, conversationId, customerId, inboxId }: EventItem) {
    if (conversationId) {
      this.conversations.add(conversationId);
      if (/^(message|note|attachment|call)\./.test(kind)) this.messages.add(conversationId);
      if (/^(conversation|ticket|survey)\./.test(kind) && kind !== 'conversation.read')
        void this.client.invalidateQueries({ queryKey: activitiesKey(conversationId) });
      if (/^conversation\.(queued|assigned|transferred|resolved|reopened)/.test(kind)) {
        void this.client.invalidateQueries({ queryKey: storyKey(conversationId) });
        void this.client.invalidateQueries({ queryKey: queuesKey });
      }
    }
    if (kind.startsWith('ticket.')) void this.client.invalidateQueries({ queryKey: ticketsKey });
    if (kind === 'survey.answered') void this.client.invalidateQueries({ queryKey: surveysKey });
    if (customerId) void this.client.invalidateQueries({ queryKey: customerKey(customerId) });
    if (kind === 'inbox.changed') void this.client.invalidateQueries({ queryKey: inboxesKey });
    else if (inboxId && kind.startsWith('delivery.')) void this.client.invalidateQueries({ queryKey: deliveriesKey });
    if (kind === 'agent.changed' || kind === 'routing.changed')
      for (const queryKey of [agentsKey, teamsKey, queuesKey]) void this.client.invalidateQueries({ queryKey });
    if (kind === 'routing.changed') void this.client.invalidateQueries({ queryKey: routingKey });
    if (kind.startsWith('customer.')) {
      void this.client.invalidateQueries({ queryKey: ['customers', 'list'] });
      void this.client.invalidateQueries({ queryKey: suggestionsKey });
      // Lists and headers show the customer's name.
      void this.client.invalidateQueries({ queryKey: listsKey });
      if (kind !== 'customer.created') void this.client.invalidateQueries({ queryKey: detailsKey });
    }
  }

  private async flush() {
    const conversations = [...this.conversations];
    const messages = [...this.messages];
    this.conversations.clear();
    this.messages.clear();
    if (conversations.length === 0) return;
    void this.client.invalidateQueries({ queryKey: countsKey });
    const onScreen = conversations.filter((id) => this.client.getQueryData(detailKey(id)) !== undefined);
    const tooMany = conversations.length > oneByOne;
    if (tooMany) void this.client.invalidateQueries({ queryKey: listsKey });
    await Promise.all([
      ...(tooMany ? onScreen : conversations).map((id) => this.readConversation(id)),
      ...messages.map((id) => readNewestMessages(this.client, id)),
    ]);
  }

  private async readConversation(id: string) {
    try {
      putConversation(this.client, await getConversation(id), this.me());
    } catch (problem) {
      // No longer for this person's eyes: a restricted inbox, for one.
      if (problem instanceof ApiProblem && (problem.status === 404 || problem.status === 403)) dropConversation(this.client, id);
      else void this.client.invalidateQueries({ queryKey: listsKey });
    }
  }
}

export async function readNewestMessages(client: QueryClient, id: string) {
  const key = messagesKey(id);
  if (!client.getQueryData<Pages<Message>>(key)) return;
  try {
    const fresh = await newestMessages(id, null);
    const pages = client.getQueryData<Pages<Message>>(key);
    const merged = pages && mergeNewest(pages, fresh);
    if (merged) client.setQueryData(key, merged);
    else await client.invalidateQueries({ queryKey: key });
  } catch {
    await client.invalidateQueries({ queryKey: key });
  }
}
