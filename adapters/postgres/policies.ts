import { type Kysely, sql, type Transaction } from "kysely";
import type { PolicyChange, PolicyPlace, Standing, Store } from "../../src/ports/store.ts";
import { undecided } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import type { LockedChain } from "./chain-writer.ts";
import { inShare } from "./share.ts";
import { ERASED_PERSON, storable, storableJson } from "./stored-json.ts";
import { strikePointsOf } from "./strikes.ts";
import type { Tables } from "./tables.ts";

type PolicyMethods = Pick<
  Store,
  "policyOf" | "savePolicy" | "changePolicy" | "communities" | "standing"
>;

/** Policies, and what is known of communities and members. */
export function makePolicies(context: StoreContext): PolicyMethods {
  const { db, share } = context;
  return {
    policyOf: (communityId) => context.policies.recent(db, communityId),
    async savePolicy(community, policy, event) {
      const version = await context.chains.writeAlone(community.id, (transaction, chain) =>
        addVersion(transaction, chain, community, { policy, event }),
      );
      context.policies.written();
      return version;
    },
    async changePolicy(community, change) {
      const version = await context.chains.writeAlone(community.id, async (transaction, chain) => {
        const changed = change(await chain.policy());
        return changed && addVersion(transaction, chain, community, changed);
      });
      context.policies.written();
      return version;
    },
    async communities() {
      const rows = await db
        .selectFrom("communities")
        .leftJoin("cases", (join) =>
          join.onRef("cases.community_id", "=", "communities.id").on(undecided),
        )
        .select(["communities.id", "communities.platform", "communities.name"])
        .select("communities.messages")
        .where(inShare(share, sql<string>`communities.id`))
        .select((eb) => eb.fn.count<number>("cases.id").as("openCases"))
        .groupBy("communities.id")
        .orderBy("communities.id")
        .execute();
      return rows;
    },
    async standing(communityId, authorId, at) {
      const row = await db
        .selectFrom("standing")
        .select(["messages", "flagged", "upheld", "dismissed"])
        .select(["first_seen_at as firstSeenAt", "last_seen_at as lastSeenAt"])
        .where("community_id", "=", communityId)
        .where("author_id", "=", authorId)
        .executeTakeFirst();
      const known = row ?? (await standingOfSilent(db, communityId, authorId));
      if (!known) return null;
      return { ...known, strikePoints: await strikePointsOf(db, communityId, authorId, at) };
    },
  };
}

/**
 * Of somebody of whom no message counts any more, or ever did: what was decided about them by itself, such as a
 * warning, weighs on them all the same. null where nothing was decided.
 */
async function standingOfSilent(
  db: Kysely<Tables>,
  communityId: string,
  authorId: string,
): Promise<Omit<Standing, "strikePoints"> | null> {
  if (authorId === ERASED_PERSON) return null;
  const { firstSeenAt, lastSeenAt, ...counts } = await db
    .selectFrom("decisions")
    .innerJoin("cases", "cases.id", "decisions.case_id")
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere("decisions.outcome", "=", "uphold").as("upheld"),
      eb.fn.countAll<number>().filterWhere("decisions.outcome", "=", "dismiss").as("dismissed"),
      eb.fn.min("decisions.decided_at").as("firstSeenAt"),
      eb.fn.max("decisions.decided_at").as("lastSeenAt"),
    ])
    .where("cases.community_id", "=", communityId)
    .where((eb) =>
      eb.or([
        eb("cases.author_id", "=", authorId),
        eb(
          "decisions.id",
          "in",
          eb
            .selectFrom("strikes")
            .select("decision_id")
            .where("community_id", "=", communityId)
            .where("author_id", "=", authorId),
        ),
      ]),
    )
    .where("cases.shadow", "=", false)
    .where("decisions.undone_at", "is", null)
    .executeTakeFirstOrThrow();
  if (firstSeenAt === null || lastSeenAt === null) return null;
  return { messages: 0, flagged: 0, ...counts, firstSeenAt, lastSeenAt };
}

async function addVersion(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  community: PolicyPlace,
  { policy, event }: PolicyChange,
): Promise<number> {
  await transaction
    .insertInto("communities")
    .values({ ...community, name: storable(community.name), messages: 0, cases: 0 })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        name: eb.fn.coalesce("excluded.name", "communities.name"),
      })),
    )
    .execute();
  const { version } = await transaction
    .insertInto("policies")
    .columns(["community_id", "version", "policy"])
    .values((eb) => ({
      community_id: community.id,
      version: eb
        .selectFrom("policies")
        .where("community_id", "=", community.id)
        .select((max) =>
          max(max.fn.coalesce(max.fn.max("version"), max.lit(0)), "+", 1).as("next"),
        ),
      policy: storableJson(policy),
    }))
    .returning("version")
    .executeTakeFirstOrThrow();
  chain.append([event]);
  return version;
}
