//! The whole system, tried from outside: one module per rule of the house.

mod login;
