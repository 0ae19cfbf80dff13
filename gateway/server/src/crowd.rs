//! How many connections there are, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::household;

/// Connections at the same time, per listener; one more waits to be accepted.
const IN_ALL: u32 = 20_000;
/// Connections at the same time from one address that is not a trusted proxy's. A large office behind
/// one address stays below it; one machine cannot take all, nor all files of a process with few of them.
pub(crate) const FROM_ONE_ADDRESS: usize = 500;

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Counts connections.
#[derive(Clone)]
pub(crate) struct Crowd {
    places: Arc<Semaphore>,
    by_address: Counts,
}

/// A connection's place in the crowd; it is free again when this is dropped.
pub(crate) struct Place {
    /// `None` only where the semaphore is closed, which nobody does.
    _place: Option<OwnedSemaphorePermit>,
    counted: Option<(IpAddr, Counts)>,
}

// === impl Crowd ===

impl Crowd {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(IN_ALL as usize)), by_address: Arc::default() }
    }

    /// Waits for a place.
    pub(crate) async fn place(&self) -> Place {
        Place { _place: Arc::clone(&self.places).acquire_owned().await.ok(), counted: None }
    }

    /// Returns when every place is free.
    pub(crate) async fn dispersed(&self) {
        // Nobody closes the semaphore; if it were closed, nobody could be waited for.
        let _ = self.places.acquire_many(IN_ALL).await;
    }

    /// How many places are taken from this address.
    #[cfg(test)]
    pub(crate) fn from(&self, client: IpAddr) -> usize {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied().unwrap_or_default()
    }

    /// Gives the place to a client, unless its address has too many.
    pub(crate) fn admit(&self, mut place: Place, client: IpAddr) -> Option<Place> {
        let client = household(client);
        let mut counts = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(client).or_default();
        if *count >= FROM_ONE_ADDRESS {
            return None;
        }
        *count += 1;
        place.counted = Some((client, Arc::clone(&self.by_address)));
        Some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((client, by_address)) = self.counted.take() else { return };
        let mut counts = by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_cannot_take_all_places() {
        let crowd = Crowd::new();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let (greedy, next_door, other) = (address("2001:db8::1"), address("2001:db8::2"), address("2001:db8:0:1::1"));
        let mut places = Vec::new();
        for _ in 0..FROM_ONE_ADDRESS {
            places.push(crowd.admit(crowd.place().await, greedy).unwrap());
        }
        assert!(crowd.admit(crowd.place().await, greedy).is_none());
        assert!(crowd.admit(crowd.place().await, next_door).is_none(), "the same household");
        assert!(crowd.admit(crowd.place().await, other).is_some());
        places.pop();
        assert!(crowd.admit(crowd.place().await, greedy).is_some());
        places.clear();
        assert!(crowd.by_address.lock().unwrap().is_empty(), "nobody is remembered");
        assert_eq!(crowd.places.available_permits(), IN_ALL as usize);
    }
}
