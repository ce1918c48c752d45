/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One folio of the page cache between the scanner that makes it volatile, the
 * host that discards it, all who meet it, and the next owner of its frame. The
 * code is mm/page_discard.c, the rules are in Documentation/mm/page_states.rst.
 *
 * Asserted: nobody looks at content that is gone without knowing, nothing dirty
 * is discarded or dropped, a folio is removed once and unmapped then, it is
 * freed when nobody has it, and a lock has one owner; and nobody waits for ever.
 *
 * A BUG_ that is defined puts a mistake back, which has to be found. Promela is
 * sequentially consistent, so a missing barrier is two steps in the other order.
 */

/* What the kernel knows of the folio ... */
bool pg_volatile;
bool dirty;
#define OURS 1
#define NEXT 2
byte file = OURS;		/* whose page cache it is in, with a reference */
#define cached	(file != 0)
#define ours	(file == OURS)
bool lru = true;
bool folio_lock, state_lock;
byte refs = 1;
byte mapcount;
bool pte[2], ptl[2];		/* of the parent and of the child */
bool freed;
/* ... and the host: volatile, and discarded */
bool host_volatile, gone;

inline lock(l) { atomic { !l -> l = true } }
inline unlock(l) { assert(l); l = false }
inline trylock(l, got) { atomic { got = !l; l = true } }

inline try_get(got)
{
	atomic { got = refs > 0; refs = (got -> refs + 1 : 0) }
}

/* By who knows that there is one */
inline get() { atomic { assert(refs > 0); refs++ } }

inline put()
{
	atomic {
		assert(refs > 0);
		refs--;
		if
		:: refs == 0 -> free()
		:: else
		fi
	}
}

/* folio_free_volatile(): what is free is stable */
inline free()
{
	assert(!mapcount && !cached && !freed && !folio_lock);
	lru = false;
	dirty = false;
#ifndef BUG_FREED_AS_IT_IS
	pg_volatile = false;
	host_volatile = false;
	gone = false;
#endif
	freed = true
}

/* The kernel uses the content, which takes some time. */
inline look()
{
	assert(!gone);
	assert(!gone)
}

inline take_state_lock()
{
#ifdef BUG_NO_STATE_LOCK
	skip
#else
	lock(state_lock)
#endif
}

inline drop_state_lock()
{
#ifdef BUG_NO_STATE_LOCK
	skip
#else
	unlock(state_lock)
#endif
}

/* ESSA set stable if resident: one instruction */
inline essa_stable(ok)
{
	atomic { ok = !gone; host_volatile = host_volatile && gone }
}

inline make_stable(ok)
{
	ok = true;
	if
	:: pg_volatile ->
		take_state_lock();
		if
		:: pg_volatile ->
			essa_stable(ok);
			if
			:: ok -> pg_volatile = false
			:: else
			fi
		:: else
		fi;
		drop_state_lock()
	:: else
	fi
}

inline unmap(i)
{
	lock(ptl[i]);
	if
	:: pte[i] ->
		pte[i] = false;
#ifdef BUG_UNMAP_DROPS_REFERENCE_FIRST
		put();
		mapcount--
#else
		mapcount--;
		put()
#endif
	:: else
	fi;
	unlock(ptl[i])
}

/* filemap_remove_folio(), with folio_forget_volatile() in it */
inline remove(ok)
{
	assert(cached && !mapcount);
	take_state_lock();
	if
	:: pg_volatile ->
		essa_stable(ok);
		if
#ifdef BUG_REMOVAL_CLEARS_FLAG
		:: true -> pg_volatile = false
#else
		:: ok -> pg_volatile = false
		:: else
#endif
		fi
	:: else
	fi;
	drop_state_lock();
	file = 0;
	put()
}

/* folio_discard_locked(); the walk meets the child first, which is worse */
inline discard_locked(ok)
{
	if
#ifdef BUG_LATE_FAULT_DOES_NOT_ASK
	:: cached ->
#else
	:: cached && pg_volatile && gone ->
#endif
		unmap(1);
		unmap(0);
		if
#ifndef BUG_DROPPED_WHILE_FORKED
		:: mapcount
#endif
		:: else -> assert(!dirty); remove(ok)
		fi
	:: else
	fi
}

inline discard(ok)
{
#ifdef BUG_DISCARD_WITHOUT_LOCK
	discard_locked(ok)
#else
	lock(folio_lock);
	discard_locked(ok);
	unlock(folio_lock)
#endif
}

inline set_flag() { pg_volatile = true }

/* visit() and folio_make_volatile() */
proctype scanner()
{
	bool ok, no_extra;
	byte r, m;

	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
#ifndef BUG_LOCKS_ANYTHING
	if
	:: !lru -> goto drop
	:: else
	fi;
#endif
	trylock(folio_lock, ok);
	if
	:: !ok -> goto drop
	:: else
	fi;
	if
	:: !cached || dirty -> goto release
	:: else
	fi;
	take_state_lock();
	if
	:: pg_volatile -> goto release_state
	:: else
	fi;
#ifndef BUG_NO_BARRIER_OF_MAKER
	set_flag();
#endif
#ifdef BUG_MAPCOUNT_FIRST
	m = mapcount;
	r = refs;
#else
	r = refs;
	m = mapcount;
#endif
#ifdef BUG_NO_BARRIER_OF_MAKER
	set_flag();
#endif
	/* The page cache's, and ours */
	no_extra = r == 2 + m;
	if
#ifdef BUG_DIRTY_ASKED_FIRST
	:: no_extra -> host_volatile = true
#elif defined(BUG_EXTRA_REFERENCES)
	:: !dirty -> host_volatile = true
#else
	:: no_extra && !dirty -> host_volatile = true
#endif
	:: else -> pg_volatile = false
	fi;
release_state:
	drop_state_lock();
release:
	unlock(folio_lock);
drop:
	put();
out:	skip
}

active proctype host()
{
end:	do
	:: atomic {
		host_volatile && !gone ->
		assert(!dirty);
		gone = true
	   }
	od
}

/* filemap_get_entry(), for read() or for write() */
proctype lookup(bool writes)
{
	bool ok;

	if
	:: !ours -> goto out
	:: else
	fi;
#ifdef BUG_NO_BARRIER_OF_USER
	ok = pg_volatile;
	if
	:: !ok -> goto late
	:: else
	fi;
#endif
	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
	if
	:: !ours -> goto drop
	:: else
	fi;
#ifndef BUG_LOOKUP_DOES_NOT_ASK
	make_stable(ok);
#endif
	if
	:: !ok -> goto drop
	:: else
	fi;
	look();
	/* Not everyone has the folio lock for this. */
	atomic {
		if
		:: writes && ours -> dirty = true
		:: else
		fi
	};
	goto drop;
#ifdef BUG_NO_BARRIER_OF_USER
late:
	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
	if
	:: ours -> look()
	:: else
	fi;
#endif
drop:
	put();
out:	skip
}

/* filemap_discard(): readahead finds the slot taken */
proctype readahead()
{
	bool ok;

	if
	:: !ours || !pg_volatile -> goto out
	:: else
	fi;
	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
#ifndef BUG_LOCKS_ANYTHING
	if
	:: !ours -> goto drop
	:: else
	fi;
#endif
	trylock(folio_lock, ok);
	if
	:: ok ->
		if
		:: ours -> discard_locked(ok)
		:: else
		fi;
		unlock(folio_lock)
	:: else
	fi;
drop:
	put();
out:	skip
}

/* Finds discarded folios too. */
proctype truncate()
{
	bool ok;

	if
	:: !ours -> goto out
	:: else
	fi;
	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
	if
	:: !ours -> goto drop
	:: else
	fi;
	make_stable(ok);
	lock(folio_lock);
	if
	:: ours ->
		unmap(1);
		unmap(0);
		remove(ok)
	:: else
	fi;
	unlock(folio_lock);
drop:
	put();
out:	skip
}

/* shrink_folio_list(): has it isolated from its list by a reference */
proctype reclaim()
{
	bool ok;

	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
	if
	:: !lru -> goto drop
	:: else
	fi;
	trylock(folio_lock, ok);
	if
	:: !ok -> goto drop
	:: else
	fi;
	if
	:: cached && !dirty ->
		unmap(1);
		unmap(0);
		atomic {
			ok = cached && refs == 2 && !dirty;
			refs = (ok -> 0 : refs)
		}
		if
		:: ok ->
			/* Nobody can come by any more. */
			file = 0;
			unlock(folio_lock);
			atomic { refs = 1; put() };
			goto out
		:: else
		fi
	:: else
	fi;
	unlock(folio_lock);
drop:
	put();
out:	skip
}

/* A program: fault-around maps the folio as it is. */
proctype program()
{
	bool ok;

	if
	:: !ours -> goto out
	:: else
	fi;
	try_get(ok);
	if
	:: !ok -> goto out
	:: else
	fi;
	if
	:: !ours -> goto drop
	:: else
	fi;
#ifndef BUG_MAPS_WITHOUT_LOCK
	trylock(folio_lock, ok);
	if
	:: !ok -> goto drop
	:: else
	fi;
#endif
	if
	:: ours ->
		lock(ptl[0]);
		mapcount++;
		pte[0] = true;
		/* The reference is the mapping's now. */
		unlock(ptl[0])
	:: else -> ok = false
	fi;
#ifndef BUG_MAPS_WITHOUT_LOCK
	unlock(folio_lock);
#endif
	if
	:: !ok -> goto drop
	:: else
	fi;
	/* An access, by the CPU, which no lack of content escapes */
	atomic { ok = pte[0] && gone };
	if
	:: ok ->
		/* page_discard_fault() knows the frame, no more. */
		try_get(ok);
		if
		:: !ok -> goto out
		:: else
		fi;
#ifdef BUG_LATE_FAULT_DOES_NOT_ASK
		discard(ok);
#else
		if
		:: pg_volatile && gone -> discard(ok)
		:: else
		fi;
#endif
		put()
	:: else -> unmap(0)
	fi;
	goto out;
drop:
	put();
out:	skip
}

proctype fork()
{
	lock(ptl[0]);
	lock(ptl[1]);
	if
	:: pte[0] ->
		get();
#ifndef BUG_FORK_DOES_NOT_SYNC
		if
		:: pg_volatile ->
			take_state_lock();
			drop_state_lock()
		:: else
		fi;
#endif
		mapcount++;
		pte[1] = true
	:: else
	fi;
	unlock(ptl[1]);
	unlock(ptl[0]);
	unmap(1)
}

/* get_user_pages(): by page table */
proctype gup()
{
	bool ok;

	lock(ptl[0]);
	if
	:: pte[0] ->
		get();
#ifdef BUG_GUP_DOES_NOT_ASK
		ok = true;
#else
		make_stable(ok);
#endif
		unlock(ptl[0]);
		if
		:: ok -> look()
		:: else -> discard(ok)
		fi;
		put()
	:: else -> unlock(ptl[0])
	fi
}

/*
 * Has the frame for new page cache. As long as that cannot be found the flags
 * are changed by plain stores. What it reads into it stays in use.
 */
proctype next_owner()
{
end:	atomic { freed -> freed = false; refs = 1 };
	folio_lock = true;
	atomic { file = NEXT; refs++ };
	lru = true;
	look();
	dirty = true;
	unlock(folio_lock);
	look();
	put();
	assert(file == NEXT && dirty && !gone)
}

/* Each of these is checked by itself. */
init {
	atomic {
		run scanner();
		run next_owner();
#if defined(MAP)
		run program();
		run lookup(false);
		run readahead();
		run reclaim()
#elif defined(READ)
		run lookup(false);
		run lookup(false);
		run readahead();
		run reclaim()
#elif defined(WRITE)
		run scanner();
		run lookup(true);
		run readahead();
		run truncate()
#elif defined(FORK)
		run program();
		run fork();
		run gup()
#endif
	}
}
