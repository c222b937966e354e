import { testFaults } from './found.js';

testFaults((chapter) => chapter === 'CONFLICT');
