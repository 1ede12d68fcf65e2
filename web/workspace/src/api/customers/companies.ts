import { useInfiniteQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import { type Page, paged } from '../paging';
import type { ConversationItem, CustomerItem } from '../types';

const companyKey = (name: string) => ['customers', 'company', name] as const;
export const useCompanyPeople = (name: string) =>
  useInfiniteQuery({
    queryKey: [...companyKey(name), 'people'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<CustomerItem>>(`/customers${query({ company: name, limit: 50, cursor: pageParam })}`, { signal }),
    ...paged,
  });
export const useCompanyConversations = (name: string) =>
  useInfiniteQuery({
    queryKey: [...companyKey(name), 'conversations'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<ConversationItem>>(`/companies/conversations${query({ name, limit: 30, cursor: pageParam })}`, { signal }),
    ...paged,
  });
