import { ActionIcon, Button } from '@mantine/core';
import { IconPhoneCalling, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useConversation } from '~/api/conversations/detail';
import { useMessages } from '~/api/conversations/messages';
import { useCustomer } from '~/api/customers/customers';
import { flat } from '~/api/paging';
import { Avatar } from '~/components/Avatar';
import { useActions } from '~/lib/actions';
import { hangUp, type Ringing, ringing } from '~/lib/calls';

const longest = 90_000;
const afterwards = 6_000;
/** The provider's clock and ours may differ. */
const slack = 60_000;
const over = new Set(['completed', 'noAnswer', 'busy', 'canceled', 'failed', 'voicemail']);

/** Who is calling, before anybody picks up. It takes no focus and covers no text that is being written. */
export function ScreenPop() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const calls = ringing.use();
  const newest = calls.at(-1);
  useActions(
    newest?.conversationId
      ? [
          {
            id: 'call.open',
            label: t('pop.openCall'),
            group: 'app',
            keys: 'o',
            icon: IconPhoneCalling,
            run: () => {
              void navigate({ to: '/inbox/$conversationId', params: { conversationId: newest.conversationId ?? '' } });
              hangUp(newest.id);
            },
          },
        ]
      : [],
  );
  return (
    <section className="pops" aria-label={t('pop.label')}>
      {calls.map((call) =>
        call.conversationId ? (
          <OfConversation key={call.id} call={call} conversationId={call.conversationId} />
        ) : (
          call.customerId && <OfCustomer key={call.id} call={call} customerId={call.customerId} />
        ),
      )}
    </section>
  );
}

function OfConversation({ call, conversationId }: { call: Ringing; conversationId: string }) {
  const detail = useConversation(conversationId).data;
  const messages = flat(useMessages(conversationId).data);
  // Earlier calls of the same person are over and say nothing about this one.
  const facts = messages.find((message) => message.kind === 'call' && Date.parse(message.sentAt) > call.at - slack)?.call;
  const person = detail?.customer;
  return (
    <Card
      call={call}
      name={person?.name ?? null}
      address={person?.address ?? null}
      customerId={person?.id ?? call.customerId}
      state={facts?.state ?? 'ringing'}
      answeredBy={facts?.answeredBy ?? null}
    />
  );
}

function OfCustomer({ call, customerId }: { call: Ringing; customerId: string }) {
  const person = useCustomer(customerId).data;
  const address = person?.identities.find((one) => one.channel === 'voice' || one.channel === 'cti')?.address ?? null;
  return <Card call={call} name={person?.name ?? null} address={address} customerId={customerId} state="ringing" answeredBy={null} />;
}

type Props = {
  call: Ringing;
  name: string | null;
  address: string | null;
  customerId: string | null;
  state: string;
  answeredBy: string | null;
};
function Card({ call, name, address, customerId, state, answeredBy }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const ended = over.has(state);
  const taken = state === 'inProgress';
  useEffect(() => {
    const timer = setTimeout(() => hangUp(call.id), ended || taken ? afterwards : longest);
    return () => clearTimeout(timer);
  }, [call.id, ended, taken]);
  const who = name ?? address ?? t('pop.somebody');
  const number = name && address ? address : null;
  const open = (go: () => void) => () => {
    go();
    hangUp(call.id);
  };
  return (
    <article className={`pop ${ended ? 'over' : ''}`} aria-label={t('pop.calling', { name: who })}>
      <div className="row row-12">
        <span className="popface">
          <Avatar name={who} size={40} ring="var(--b-raised)" />
          <i aria-hidden>
            <IconPhoneCalling size={14} stroke={1.9} />
          </i>
        </span>
        <div className="grow" role="status" aria-live="polite">
          <p className="b cut2">
            {t(ended ? 'pop.over' : taken ? (answeredBy ? 'pop.takenBy' : 'pop.taken') : 'pop.calling', {
              name: `\u2068${who}\u2069`,
              by: answeredBy ?? '',
            })}
          </p>
          {number && (
            <p className="t13 i2">
              <bdi dir="ltr" className="num">
                {number}
              </bdi>
            </p>
          )}
        </div>
        <ActionIcon className="popoff" size={28} aria-label={t('common.dismiss')} onClick={() => hangUp(call.id)}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      <div className="row wrap">
        {call.conversationId && (
          <Button
            onClick={open(() => void navigate({ to: '/inbox/$conversationId', params: { conversationId: call.conversationId ?? '' } }))}
          >
            {t('pop.conversation')}
          </Button>
        )}
        {customerId && (
          <Button variant="default" onClick={open(() => void navigate({ to: '/customers/$customerId', params: { customerId } }))}>
            {t('customer.open')}
          </Button>
        )}
      </div>
    </article>
  );
}
