import { IconAffiliate, IconApi, IconCloud, IconCreditCard, IconHeadset, IconShoppingBag } from '@tabler/icons-react';

const marks: Record<string, { icon: typeof IconApi; hue: number }> = {
  hubspot: { icon: IconAffiliate, hue: 18 },
  salesforce: { icon: IconCloud, hue: 205 },
  zendesk: { icon: IconHeadset, hue: 165 },
  shopify: { icon: IconShoppingBag, hue: 105 },
  stripe: { icon: IconCreditCard, hue: 248 },
};

/** Our own sign for another system, not its logo. */
export function ConnectorMark({ kind, size = 34 }: { kind: string; size?: number }) {
  const { icon: Icon, hue } = marks[kind] ?? { icon: IconApi, hue: 290 };
  return (
    <span className="connector-mark" style={{ width: size, height: size, '--hue': hue } as React.CSSProperties} aria-hidden>
      <Icon size={size * 0.56} stroke={1.8} />
    </span>
  );
}
