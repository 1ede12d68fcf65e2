/** Small texts kept in the frame's own storage; in memory where the browser keeps none for embedded pages. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

export function memoryStore(): Store {
  const map = new Map<string, string>();
  return {
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}

export function browserStore(prefix: string, storage: () => Storage = () => localStorage): Store {
  let disk: Storage;
  try {
    disk = storage();
    disk.setItem(`${prefix}probe`, '1');
    disk.removeItem(`${prefix}probe`);
  } catch {
    return memoryStore();
  }

  // A full disk must not lose a message that is being written: what it refuses stays in memory.
  const spill = memoryStore();
  return {
    get: (key) => spill.get(key) ?? disk.getItem(prefix + key),
    set(key, value) {
      try {
        disk.setItem(prefix + key, value);
        spill.remove(key);
      } catch {
        spill.set(key, value);
      }
    },
    remove(key) {
      spill.remove(key);
      disk.removeItem(prefix + key);
    },
    keys() {
      const found = new Set(spill.keys());
      for (let i = 0; i < disk.length; i++) {
        const key = disk.key(i);
        if (key?.startsWith(prefix)) found.add(key.slice(prefix.length));
      }
      return [...found];
    },
  };
}
