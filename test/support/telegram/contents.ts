import type { Build } from "./build.ts";
import type { Content, Keyboard } from "./types.ts";

const A_DAY = 86_400;
const LINK = "https://sure-profit.example/";
const ORIGIN = { type: "hidden_user", sender_user_name: "Somebody", date: 1_700_000_000 };
const OTHER_CHAT = { id: -1_001_234_567_890, type: "channel", title: "Elsewhere" } as const;

/** Content of every kind in which words, addresses or pictures can hide, each with the same text where it has any. */
export function contentsWith(text: string, build: Build): Readonly<Record<string, Content>> {
  const ref = build.file("picture.jpg", new Uint8Array(3));
  const photo = [{ ...ref, width: 640, height: 640 }];
  const link = { type: "text_link", offset: 0, length: text.length, url: LINK };
  const location = { latitude: 22.3, longitude: 114.2 };
  const poll = {
    id: "1",
    total_voter_count: 0,
    is_closed: false,
    is_anonymous: true,
    type: "regular",
    allows_multiple_answers: false,
    allows_revoting: false,
    members_only: false,
  };
  const keyboard: Keyboard = { inline_keyboard: [[{ text, url: LINK }]] };
  return {
    text: { text },
    link: { text, entities: [link] },
    caption: { photo, caption: text, caption_entities: [link] },
    quote: { text: "see", quote: { text, position: 0, is_manual: true } },
    externalReply: {
      text: "see",
      external_reply: {
        origin: ORIGIN,
        chat: OTHER_CHAT,
        message_id: 5,
        poll: optionsOf(poll, text),
      },
    },
    poll: { poll: optionsOf(poll, text) },
    checklist: { checklist: { title: text, tasks: [{ id: 1, text }] } },
    contact: { contact: { phone_number: "+85200000000", first_name: text, vcard: text } },
    venue: { venue: { location, title: text, address: text } },
    buttons: { text: "see", reply_markup: keyboard },
    document: { document: { ...ref, file_name: `${text}.pdf` }, caption: "see" },
    video: { video: { ...ref, width: 1, height: 1, duration: 1, file_name: text }, caption: text },
    audio: { audio: { ...ref, duration: 1, performer: text, title: text } },
    voice: { voice: { ...ref, duration: 1 }, caption: text },
    animation: { animation: { ...ref, width: 1, height: 1, duration: 1 }, caption: text },
    story: { story: { chat: OTHER_CHAT, id: 7 } },
    forward: { text, forward_origin: ORIGIN },
    viaBot: { text, via_bot: { id: 99, is_bot: true, first_name: text, username: "ads_bot" } },
    rich: {
      rich_message: {
        blocks: [
          { type: "paragraph", text: ["see ", { type: "url", text, url: LINK }] },
          { type: "heading", text, size: 1 },
        ],
      },
    },
    webApp: { web_app_data: { data: text, button_text: text } },
    sticker: {
      sticker: {
        ...ref,
        type: "regular",
        width: 512,
        height: 512,
        is_animated: false,
        is_video: false,
        set_name: "ads_by_bot",
      },
    },
    game: { game: { title: text, description: text, photo, text } },
    giveaway: {
      giveaway: {
        chats: [OTHER_CHAT],
        winners_selection_date: 1_700_000_000 + A_DAY,
        winner_count: 3,
        prize_description: text,
      },
    },
    paidMedia: {
      paid_media: { star_count: 5, paid_media: [{ type: "photo", photo }] },
      caption: text,
    },
    location: { location },
  };
}

function optionsOf(poll: object, text: string): object {
  const option = { persistent_id: "1", text: text.slice(0, 100), voter_count: 0 };
  return { ...poll, question: text, options: [option] };
}
