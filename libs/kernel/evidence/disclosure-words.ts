import type { WordsFor } from '@kernel/sourcing';
import type { Disclosure } from './evidence';

export const DISCLOSURE_WORDS: WordsFor<Disclosure> = {
  whole: ['全部', 'Everything'],
  members: ['仅指定成员', 'The members named'],
  masked: ['不公开个人信息', 'Nothing personal'],
};
